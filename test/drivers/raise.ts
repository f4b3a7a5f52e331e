import type { Placed, TestBench } from "benchd/testing";
import type { AnyContract } from "./contract.ts";

/** Bring an output of the Thing that is tried to what is not safe, as its contract says or by the property that drives it. */
export async function raise(
  bench: TestBench<Readonly<Record<string, Placed>>>,
  { thing, trials }: AnyContract,
  output: string,
): Promise<void> {
  if (trials?.raise) {
    await trials.raise(bench, output);
    return;
  }
  const { properties = {}, outputs = {} } = bench.thing(thing).definition;
  const [property] =
    Object.entries<{ readonly drives?: string }>(properties).find(([, { drives }]) => drives === output) ?? [];
  if (property === undefined) throw new Error(`no property drives ${output}: say trials.raise in the contract`);
  await bench.write(thing, property, !outputs[output]?.safe);
}
