import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { sleep } from "../../../src/ambient.ts";
import { DisconnectedError } from "../../../src/errors.ts";
import { openBench, type TestBenchOptions } from "../../../src/testing/open-bench.ts";
import { defineThing } from "../../../src/thing/define.ts";
import { Type } from "../../../src/typebox.ts";
import { temporaryFolder } from "../../journal/fixture.ts";

/** What a probe in a beaker finds out, and how long it takes. */
export interface Beaker {
  ph: number;
  takesMs: number;
  /** How often it was asked. */
  asked: number;
  label: string;
  broken: boolean;
  why: string;
  /** Its pH is another, and its driver tells of that. */
  tell(ph: number): void;
}

export const beaker = (): Beaker => ({
  ph: 7,
  takesMs: 0,
  asked: 0,
  label: "acid",
  broken: false,
  why: "the cable is out",
  tell: () => {},
});

/** A probe without a wire, whose readings are those of a beaker. */
export const probe = (inside: Beaker) =>
  defineThing({
    title: "Probe",
    config: Type.Object({}),
    properties: {
      ph: { title: "pH", schema: Type.Number({ unit: "[pH]" }), readOnly: true, observable: true },
      label: { title: "What is written on it", schema: Type.String(), readOnly: true },
      place: {
        title: "Where it is",
        schema: Type.Object({ x: Type.Number({ unit: "mm" }), y: Type.Number({ unit: "mm" }), home: Type.Boolean() }),
        readOnly: true,
      },
    },
    actions: { look: { title: "Take a second" } },
    async open({ changed }) {
      inside.tell = (ph) => {
        inside.ph = ph;
        changed("ph", ph);
      };
      return {
        read: {
          async ph() {
            inside.asked++;
            if (inside.takesMs > 0) await sleep(inside.takesMs);
            if (inside.broken) throw new DisconnectedError(inside.why);
            return inside.ph;
          },
          label: () => inside.label,
          place: () => ({ x: 1, y: -2.5, home: false }),
        },
        invoke: { look: () => sleep(1000) },
      };
    },
  });

/** A bench with one probe, `ph`, and its recordings as somebody finds them on the disk. */
export async function openProbe(inside = beaker(), options: TestBenchOptions = {}) {
  const { stateDirectory = temporaryFolder() } = options;
  const bench = await openBench({ ph: { definition: probe(inside) } }, { ...options, stateDirectory });
  onTestFinished(() => bench.close());
  const { recordings } = bench.gateway.experiments;
  return {
    bench,
    recordings,
    inside,
    stateDirectory,
    start: (more: Partial<Parameters<typeof recordings.start>[0]> = {}) =>
      recordings.start({
        name: "test",
        properties: [{ thing: "ph", property: "ph" }],
        everyMs: 1000,
        by: "ada",
        ...more,
      }),
    /** Its text as whoever downloads it gets it. */
    async text(id: string) {
      const file = await recordings.read(id);
      const pieces: Uint8Array[] = [];
      for await (const piece of file?.read() ?? []) pieces.push(piece);
      await file?.close();
      return Buffer.concat(pieces).toString();
    },
  };
}

/** The rows of a file: without what stands above them, and without their first cell, the time of day. */
export const rowsOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .filter((line) => !line.startsWith("#") && line !== "")
    .slice(1)
    .map((line) => line.slice(line.indexOf(",") + 1));

export const filesIn = (stateDirectory: string) => {
  const folder = join(stateDirectory, "recordings");
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
};
