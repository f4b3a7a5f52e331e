import { openBench, type Placed } from "benchd/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BenchdError } from "../../../src/errors.ts";
import type { PropertyAffordance } from "../../../src/thing/affordance.ts";
import { asClientsTell } from "../../../src/thing/blobs.ts";
import { contracts } from "../faults/contracts.ts";
import { subjects } from "../faults/subject.ts";
import { Tap } from "../faults/tap.ts";
import { labelPrinter } from "./label-printer.ts";
import { type Place, putAt, stringPlaces } from "./places.ts";
import { completeLine, hostileText } from "./texts.ts";

const tried = new Map([...contracts, ["label-printer", labelPrinter]]);

/** A string that a client, or a configuration, gives a driver. */
interface Input {
  readonly driver: string;
  /** As in `echo.text`. */
  readonly name: string;
  readonly place: Place;
  readonly kind: "action" | "property" | "config";
  readonly affordance: string;
}

const inputs: readonly Input[] = [...tried].flatMap(([driver, { thing, things }]) => {
  const placed = things[thing]?.definition;
  const {
    actions = {},
    properties = {},
    config,
  } = subjects.find((s) => s.driver === driver)?.definition ?? placed ?? {};
  const listed = (kind: Input["kind"], affordance: string, places: readonly Place[]) =>
    places.map((place): Input => ({ driver, kind, affordance, place, name: [affordance, ...place].join(".") }));
  return [
    ...Object.entries<{ readonly input?: never }>(actions).flatMap(([name, { input }]) =>
      listed("action", name, stringPlaces(input)),
    ),
    ...Object.entries<PropertyAffordance>(properties)
      .filter(([, { readOnly }]) => !readOnly)
      .flatMap(([name, { schema }]) => listed("property", name, stringPlaces(schema))),
    ...listed("config", "config", stringPlaces(config)),
  ];
});

test("the string inputs of the drivers are found, nested ones too", () => {
  const found = inputs.map(({ driver, name }) => `${driver} ${name}`);
  expect(found).toEqual(expect.arrayContaining(["counter fail.message", "counter echo.text", "counter anything.*"]));
  expect(found.filter((name) => name.startsWith("label-printer"))).toEqual([
    "label-printer print.text",
    "label-printer print.lines.*.left",
    "label-printer fields.*",
    "label-printer footer",
    "label-printer config.heading",
  ]);
});

/** A bench of a contract with a tap at each port, and what was written there. */
async function tapped(driver: string, config?: (config: object) => unknown) {
  const { thing, things, ...contract } = tried.get(driver) ?? { thing: "", things: {} };
  const tap = new Tap();
  const placed = Object.entries(things).map(([name, one]): [string, Placed] => {
    const changed =
      name === thing && config ? { ...one, config: config(one.config ?? {}) as Placed["config"] & object } : one;
    return [name, tap.on(changed)];
  });
  return { thing, contract, tap, bench: await openBench(Object.fromEntries(placed)) };
}

describe.each([...new Set(inputs.map(({ driver }) => driver))])("%s", (driver) => {
  const own = inputs.filter((input) => input.driver === driver);
  const wire = tried.get(driver)?.trials?.wire ?? completeLine;

  test.each(own.filter(({ kind }) => kind !== "config"))(
    "$name: whatever text it is, only complete lines of printable ASCII reach a wire",
    async ({ kind, affordance, place }) => {
      const { thing, contract, tap, bench } = await tapped(driver);
      await contract.prepare?.(bench);
      let reached = 0;
      await fc.assert(
        fc.asyncProperty(hostileText, async (text) => {
          tap.written.length = 0;
          const listed = contract.inputs?.[affordance];
          const usual = asClientsTell(typeof listed === "function" ? await listed(bench) : listed);
          const value = putAt(structuredClone(usual), place, text);
          const asked = async () =>
            kind === "action" ? bench.run(thing, affordance, value) : bench.write(thing, affordance, value);
          const refused = await asked().then(
            () => undefined,
            (error: unknown) => error,
          );
          if (refused !== undefined) expect(refused).toBeInstanceOf(BenchdError);
          reached += tap.written.length;
          for (const bytes of tap.written) expect(Buffer.from(bytes).toString("latin1")).toMatch(wire);
        }),
        { numRuns: 60 },
      );
      if (driver === "label-printer") expect(reached).toBeGreaterThan(0);
      await bench.close();
    },
  );

  test.each(own.filter(({ kind }) => kind === "config"))(
    "$name of its configuration: whatever text it is, only complete lines of printable ASCII reach a wire",
    async ({ place }) => {
      await fc.assert(
        fc.asyncProperty(hostileText, async (text) => {
          const { tap, bench } = await tapped(driver, (config) => putAt(config, place, text)).catch(() => ({
            tap: undefined,
            bench: undefined,
          }));
          for (const bytes of tap?.written ?? []) expect(Buffer.from(bytes).toString("latin1")).toMatch(wire);
          await bench?.close();
        }),
        { numRuns: 20 },
      );
    },
  );
});
