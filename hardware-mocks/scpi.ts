import { defineTwin } from "benchd/testing";
import { exponential } from "./scpi/exponential.ts";
import { type Command, scpiInstrument } from "./scpi/instrument.ts";
import { between } from "./world/chance.ts";
import { labWorld } from "./world.ts";

const range = 1200;
/** One power line cycle at 50 Hz; ms. */
const cycleMs = 20;
const maxSamples = 1000;
const overload = 9.9e37;

/**
 * A bench multimeter with a serial line, after the Keysight 34401A (user's guide 34401-90004, chapter 4) and, for its
 * blocks, the Truevolt series (34460-90901, `FORMat`, `READ?`): the twin of the driver `scpi` as long as no other is
 * named. Not checked against a real meter. Assumed: what is measured takes as long as it integrates, and 10 ms more.
 */
export default defineTwin(({ name, clock, share }) => {
  const chance = share(labWorld).chance(name);
  let volts = 1.5;
  let cycles = 1;
  let samples = 1;
  let binary = false;
  let display = "";
  let readings: readonly number[] = [];
  let timer: { cancel(): void } | undefined;
  const reset = () => {
    cycles = 1;
    samples = 1;
    binary = false;
    display = "";
    readings = [];
    timer?.cancel();
    timer = undefined;
  };

  const reading = () => (Math.abs(volts) > range ? Math.sign(volts) * overload : volts + between(chance, -1e-4, 1e-4));
  const sample = () => Array.from({ length: samples }, reading);
  const block = (bytes: Buffer) => {
    const length = String(bytes.length);
    return `#${length.length}${length}${bytes.toString("latin1")}`;
  };
  const told = (values: readonly number[]) => {
    if (!binary) return values.map(exponential).join();
    const bytes = Buffer.alloc(values.length * 8);
    for (const [at, value] of values.entries()) bytes.writeDoubleBE(value, at * 8);
    return block(bytes);
  };
  const integration = () => cycles * cycleMs * samples + 10;
  const set = (act: () => void) => {
    act();
    return undefined;
  };

  const commands: readonly Command[] = [
    ["MEASure:VOLTage[:DC]?", () => exponential(reading())],
    ["MEASure:RESistance?", () => exponential(overload)],
    [
      "[SENSe:]VOLTage[:DC]:NPLCycles",
      (text) => {
        const value = Number(text);
        if (text === undefined) return -109;
        if (!Number.isFinite(value)) return -104;
        // It has these and takes the next one up.
        const taken = [0.02, 0.2, 1, 10, 100].find((each) => each >= value - 1e-9);
        if (taken === undefined || value < 0.02) return -222;
        return set(() => {
          cycles = taken;
        });
      },
    ],
    ["[SENSe:]VOLTage[:DC]:NPLCycles?", () => exponential(cycles)],
    [
      "SAMPle:COUNt",
      (text) => {
        const value = Number(text);
        if (!Number.isInteger(value) || value < 1 || value > maxSamples) return -222;
        return set(() => {
          samples = value;
        });
      },
    ],
    ["SAMPle:COUNt?", () => `+${samples}`],
    ["READ?", () => told(sample())],
    [
      "INITiate[:IMMediate]",
      () => {
        timer?.cancel();
        timer = clock.after(integration(), () => {
          timer = undefined;
          readings = sample();
        });
        return undefined;
      },
    ],
    [
      "*OPC",
      () => {
        const whenDone = () => {
          if (timer) clock.after(cycleMs, whenDone);
          else instrument.complete();
        };
        whenDone();
        return undefined;
      },
    ],
    ["FETCh?", () => told(readings)],
    [
      "ABORt",
      () =>
        set(() => {
          timer?.cancel();
          timer = undefined;
        }),
    ],
    [
      "FORMat[:DATA]",
      (text = "") => {
        if (!/^(ASC(II)?|REAL)$/i.test(text)) return -224;
        return set(() => {
          binary = /^REAL$/i.test(text);
        });
      },
    ],
    ["FORMat[:DATA]?", () => (binary ? "REAL" : "ASC")],
    [
      "DISPlay:TEXT[:DATA]",
      (text = "") => {
        const [, content] = /^"(.*)"$/s.exec(text) ?? [];
        if (content === undefined) return -104;
        return set(() => {
          display = content.replaceAll('""', '"').slice(0, 12);
        });
      },
    ],
    ["DISPlay:TEXT[:DATA]?", () => `"${display.replaceAll('"', '""')}"`],
    [
      "DISPlay:TEXT:CLEar",
      () =>
        set(() => {
          display = "";
        }),
    ],
    ["ROUTe:TERMinals?", () => "FRON"],
  ];

  const instrument = scpiInstrument({
    clock,
    identity: "HEWLETT-PACKARD,34401A,0,11-5-2",
    needsRemote: true,
    commands,
    reset,
    replyMs: (message) => (/MEAS|READ/i.test(message) ? integration() : 5),
  });

  return {
    ...instrument,
    keys: { local: instrument.pressLocal },
    close() {
      timer?.cancel();
      instrument.close();
    },
    get errors() {
      return instrument.errors;
    },
    get local() {
      return instrument.local;
    },
    get display() {
      return display;
    },
    get cycles() {
      return cycles;
    },
    /** Whether a measurement goes on. */
    get measuring() {
      return timer !== undefined;
    },
    /** The voltage at the terminals changes. */
    apply(value: number) {
      volts = value;
    },
  };
});
