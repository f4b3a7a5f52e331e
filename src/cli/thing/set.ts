import { randomUUID } from "node:crypto";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "../asked-gateway.ts";
import { BenchClient, named } from "../bench/bench-client.ts";
import { leaseHeader } from "../bench/lease-header.ts";
import { repeated } from "../bench/repeated.ts";
import type { Command } from "../shell.ts";
import { jsonLine } from "../terminal/json-line.ts";
import { readArguments, UsageError } from "../usage.ts";
import { checkValue } from "../value/check-value.ts";
import { readValue } from "../value/read-value.ts";
import { valueText } from "../value/value-text.ts";

export const set: Command = {
  usage: "benchd set THING PROPERTY VALUE [--lease N] [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary: "Write a property of a Thing.",
  help: [
    "VALUE       a number, with its unit if you like (5, '5 mL'), a text, on or off, or JSON for a list or an object",
    "--lease N   the number of the lease that you have on the Thing",
    "--json      { thing, property, value }",
    `--url URL   the gateway; ${unlessTold}`,
    ...gatewayHelp(10),
  ],

  async run(args, shell) {
    const options = {
      json: { type: "boolean", default: false },
      lease: { type: "string" },
      ...gatewayOptions,
    } as const;
    const wanted = ["the name of the THING", "the PROPERTY", "the VALUE"];
    const { values, positionals } = readArguments(minusIsNoOption(args), options, wanted);
    const [thing = "", property = "", text = ""] = positionals;
    const lease = leaseHeader(values.lease);
    const bench = await BenchClient.of(await askedGateway(values, shell));
    const schema = named((await bench.describe(thing)).properties, property, "property");
    if (schema.readOnly) throw new UsageError(`${property} of ${thing} is read only`);
    const value = readValue(text, schema, property);
    checkValue(value, schema, property);
    const headers = { ...lease, "idempotency-key": `"${randomUUID()}"` };
    const write = () =>
      bench.ask(bench.path(thing, property), { method: "PUT", body: value, headers }, [200, 201, 204]);
    await repeated(write, shell, { what: "whether it was written", bench });
    shell.print(values.json ? jsonLine({ thing, property, value }) : valueText(value, schema));
    return 0;
  },
};

/** A value that begins with a minus is none of our options: `--` before it says so. */
function minusIsNoOption(args: readonly string[]): readonly string[] {
  const at = args.findIndex((arg) => /^-[\d.]/.test(arg));
  if (at < 0 || args.slice(0, at).includes("--")) return args;
  return [...args.slice(0, at), ...args.slice(at + 1), "--", args[at] ?? ""];
}
