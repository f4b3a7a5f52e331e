import { type Answer, defineTwin, fault, type Rule, simulateSerial, Type } from "benchd/testing";
import { capacity, digit, LoadCell } from "./balance/load-cell.ts";
import { labWorld } from "./world.ts";

/** g in one unit, and the digits after its point. */
const units = {
  g: { grams: 1, places: 3 },
  mg: { grams: 0.001, places: 0 },
  oz: { grams: 28.349523125, places: 5 },
} as const;
type Unit = keyof typeof units;

const serialNumber = 'A "B021002593"';
/** The balance gives up waiting for a stable weight. */
const patienceMs = 10_000;
const retryMs = 100;
const bootMs = 2000;
const repeatMs = 200;

/**
 * A Mettler Toledo balance of 220 g / 1 mg that speaks MT-SICS levels 0 and 1, after the reference manual 11780711,
 * chapters 2 (formats, errors) and 3 (commands). Not checked against a real balance. Assumed: PRINT sends the weight in
 * the form of the answer to S; the tare and zero keys work at once.
 */
export default defineTwin(({ name, clock, share }) => {
  const world = share(labWorld);
  const cell = new LoadCell(clock.now(), world.chance(name));
  world.onLoad((at, grams) => cell.change(at, grams));
  let unit: Unit = "g";
  let booting = false;
  /** A command that waits for a stable weight, or repeats; another one ends it. */
  let busy: { cancel(): void } | undefined;
  let streaming = false;

  const look = () => {
    world.workOut();
    cell.pass(clock.now());
  };
  const amount = (grams: number) => {
    const { grams: one, places } = units[unit];
    const shown = (Math.round(grams / digit) * digit) / one;
    return `${(shown === 0 ? 0 : shown).toFixed(places).padStart(10)} ${unit}`;
  };
  const weight = () => {
    look();
    return cell.excess ? `S ${cell.excess}` : `S ${cell.stable ? "S" : "D"} ${amount(cell.reading())}`;
  };

  /** Do it as soon as the weight is stable, or answer `I` when that takes too long. */
  const whenStable = (command: string, done: () => string): undefined => {
    const until = clock.now() + patienceMs;
    const attempt = () => {
      busy = undefined;
      look();
      if (cell.excess) serial.say(`${command} ${cell.excess}`);
      else if (cell.stable) serial.say(done());
      else if (clock.now() >= until) serial.say(`${command} I`);
      else busy = clock.after(retryMs, attempt);
    };
    busy = clock.after(retryMs / 2, attempt);
  };
  const repeat = () => {
    serial.say(weight());
    busy = clock.after(repeatMs, repeat);
  };
  const cancel = () => {
    busy?.cancel();
    busy = undefined;
    streaming = false;
  };
  /** A balance at work on one command answers `I` to the next; repeating it stops for any. */
  const unlessBusy =
    (command: string, answer: Answer): Answer =>
    (...groups) => {
      if (streaming) cancel();
      return busy ? `${command} I` : answer(...groups);
    };

  const tare = () => {
    if (cell.gross < -digit) return "T -";
    cell.setTare();
    return `T S ${amount(cell.tare)}`;
  };
  const zero = () => {
    if (Math.abs(cell.gross) > 0.02 * capacity) return cell.gross > 0 ? "Z +" : "Z -";
    cell.setZero();
    return "Z A";
  };
  const presetTare = (value: string) => {
    const grams = Number(value);
    if (!(grams >= 0 && grams <= capacity)) return "TA L";
    cell.tare = grams;
    return `TA A ${amount(grams)}`;
  };

  const rules: readonly Rule[] = [
    [/S/, unlessBusy("S", () => whenStable("S", weight))],
    [/SI/, unlessBusy("S", weight)],
    [
      /SIR/,
      unlessBusy("S", () => {
        streaming = true;
        busy = clock.after(0, repeat);
        return undefined;
      }),
    ],
    [/T/, unlessBusy("T", () => whenStable("T", tare))],
    [
      /TI/,
      unlessBusy("TI", () => {
        look();
        cell.setTare();
        return `TI ${cell.stable ? "S" : "D"} ${amount(cell.tare)}`;
      }),
    ],
    [/TA/, () => `TA A ${amount(cell.tare)}`],
    [/TA ([\d.]+) g/, unlessBusy("TA", presetTare)],
    [/TA .*/, () => "TA L"],
    [
      /TAC/,
      unlessBusy("TAC", () => {
        cell.tare = 0;
        return "TAC A";
      }),
    ],
    [/Z/, unlessBusy("Z", () => whenStable("Z", zero))],
    [
      /ZI/,
      unlessBusy("ZI", () => {
        look();
        const state = cell.stable ? "S" : "D";
        return zero() === "Z A" ? `ZI ${state}` : "ZI I";
      }),
    ],
    [
      /@/,
      () => {
        cancel();
        cell.tare = 0;
        return `I4 ${serialNumber}`;
      },
    ],
    [/I1/, () => 'I1 A "01" "2.30" "2.22" "" ""'],
    [/I2/, () => `I2 A "ME203 Standard ${capacity}.000 g"`],
    [/I3/, () => 'I3 A "1.10 18.6.4.1361.772"'],
    [/I4/, () => `I4 ${serialNumber}`],
    [/D ".*"|DW/, () => "D A"],
    [/[A-Z]+\d*( .*)?/, () => "ES"],
    [/.*/, () => "ET"],
  ];

  const serial = simulateSerial({
    clock,
    baudRate: 9600,
    commandEnd: "\r\n",
    frame: (reply) => `${reply}\r\n`,
    prepare: (raw) => (booting ? undefined : raw),
    replyMs: 20,
    rules,
    // Understood, but not now; SI answers in the name of S.
    refuse: (command) => `${command === "SI" ? "S" : (/^[A-Z]+\d*/.exec(command)?.[0] ?? "ES")} I`,
    stranger: [
      [/I2/, () => `I2 A "ME203 Standard ${capacity}.000 g"`],
      [/I3/, () => 'I3 A "1.10 18.6.4.1361.772"'],
      [/I4/, () => 'I4 A "B999999999"'],
    ],
    poweredDown() {
      booting = true;
      cancel();
      cell.tare = 0;
    },
    poweredUp() {
      // Without a mains switch in between it starts with what lies on the pan as its zero.
      busy = clock.after(bootMs, () => {
        busy = undefined;
        booting = false;
        unit = "g";
        look();
        cell.setZero();
        serial.say(`I4 ${serialNumber}`);
      });
    },
  });

  const pressPrint = () => serial.say(weight());
  const pressTare = () => {
    look();
    cell.setTare();
  };
  const pressZero = () => {
    look();
    zero();
  };
  const pressUnit = () => {
    unit = unit === "g" ? "mg" : unit === "mg" ? "oz" : "g";
  };
  const draught = (ms: number) => cell.draught(clock.now(), ms);
  /** Something lies on the pan, or is missing from it, until it is put right. */
  const misplaced = (grams: number) => {
    world.put(grams);
    return { end: () => world.put(-grams) };
  };

  return {
    ...serial,
    keys: { print: pressPrint, tare: pressTare, zero: pressZero, unit: pressUnit },
    faults: {
      draught: fault({
        title: "A draught: no weight is stable, and readings swing by 30 digits",
        input: Type.Object({ ms: Type.Number({ minimum: 0, unit: "ms" }) }),
        apply: ({ ms }) => void draught(ms),
      }),
      overload: fault({
        title: "More lies on the pan than the balance can weigh",
        input: Type.Object({}),
        apply: () => misplaced(2 * capacity),
      }),
      no_pan: fault({
        title: "The pan has been taken off",
        input: Type.Object({}),
        apply: () => misplaced(-capacity / 2),
      }),
    },
    world,
    cell,
    /** Someone presses PRINT. */
    pressPrint,
    pressTare,
    pressZero,
    /** Someone presses the unit key. */
    pressUnit,
    draught,
    /** Put something on the pan, or take it off; g. */
    put: (grams: number) => world.put(grams),
  };
});
