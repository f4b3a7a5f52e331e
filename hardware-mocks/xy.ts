import { defineTwin, fault, type SerialTwin, simulateSerial, Type } from "benchd/testing";
import { Machine } from "./xy/machine.ts";
import type { Point } from "./xy/planner.ts";
import { settings as factory, words } from "./xy/settings.ts";

/** Reset by DTR as its port is opened, an Uno first runs its bootloader. */
const bootMs = 1500;
/** The interrupts are off while the EEPROM is written. */
const writeMs = 100;
const jogCodes = ["G20", "G21", "G53", "G90", "G91"];
const moveCodes = [...jogCodes, "G0", "G1"];
const letters = ["X", "Y", "Z"] as const;

interface Range {
  readonly min: number;
  readonly max: number;
}

/**
 * A stage with a GRBL 1.1h controller on an Arduino Uno, homing at the positive ends, after the sources (`protocol.c`,
 * `serial.c`, `jog.c`, `limits.c`, `report.c`) and the pages `interface`, `jogging` and `commands` of the project. Not
 * checked against a real one. Assumed: straight blocks from rest to rest; a limit that is hit costs 0.35 mm.
 */
export default defineTwin(({ clock, config }) => {
  const span = (axis: string) => {
    const { min, max } = (config[axis] ?? { min: -100, max: 0 }) as Range;
    return max - min;
  };
  const settings = factory([span("x"), span("y"), span("z")]);
  let name = "";
  let resetsOnOpen = true;
  let booting: { cancel(): void } | undefined;
  /** A line that waits until the planner has room for its block. */
  let waiting: { readonly line: string; readonly answered: (reply: string) => void } | undefined;

  const machine = new Machine({
    clock,
    settings,
    at: [-40, -30, -20],
    say: (text) => serial.say(text),
    started() {
      waiting = undefined;
    },
  });
  machine.planner.onRoom = () => {
    const { line, answered } = waiting ?? {};
    waiting = undefined;
    if (line !== undefined && answered) {
      machine.reception.busy = false;
      const reply = take(line);
      if (reply !== undefined) answered(reply);
    }
    readOn();
  };

  /** Read what has come while no line was read. */
  function readOn() {
    for (let line = machine.reception.next(); line !== undefined; line = machine.reception.next()) {
      const reply = take(tidy(line));
      if (reply !== undefined) serial.say(reply);
    }
  }

  function boot() {
    booting?.cancel();
    machine.forget();
    machine.reception.deafen(bootMs);
    booting = clock.after(bootMs, () => machine.start());
  }

  /** What it answers to a line; undefined: later. */
  function take(line: string): string | undefined {
    const { state } = machine;
    const resting = state === "Idle" || state === "Alarm";
    if (line.length > 79) return "error:11";
    if (line === "") return "ok";
    if (line.startsWith("$J=")) return state === "Idle" || state === "Jog" ? jog(line) : "error:8";
    if (!line.startsWith("$")) return state === "Alarm" || state === "Jog" ? "error:9" : move(line);
    if (line === "$X") return unlock();
    if (line === "$G") return "[GC:G0 G54 G17 G21 G90 G94 M5 M9 T0 F0 S0]\r\nok";
    if (line === "$") return "[HLP:$$ $# $G $I $N $x=val $Nx=line $J=line $SLP $C $X $H ~ ! ? ctrl-x]\r\nok";
    if (line === "$$")
      return state === "Run" || state === "Hold"
        ? "error:8"
        : [...[...settings].map(([number, value]) => `$${number}=${value}`), "ok"].join("\r\n");
    if (!resting) return "error:8";
    if (line === "$I") return `[VER:1.1h.20190825:${name}]\r\n[OPT:V,15,128]\r\nok`;
    if (line === "$H") return home();
    return write(line);
  }

  function unlock(): string {
    if (machine.state !== "Alarm") return "ok";
    machine.state = "Idle";
    return "[MSG:Caution: Unlocked]\r\nok";
  }

  function home(): string | undefined {
    if (settings.get(22) !== "1") return "error:5";
    machine.home(() => {
      serial.say("ok");
      readOn();
    });
    return undefined;
  }

  function write(line: string): string {
    const [, number, value = ""] = /^\$(\d+)=(-?\d*\.?\d+)$/.exec(line) ?? [];
    const [, named] = /^\$I=(.{0,79})$/.exec(line) ?? [];
    if (named !== undefined) name = named;
    else if (number === undefined || !settings.has(Number(number))) return "error:3";
    else settings.set(Number(number), value);
    machine.reception.deafen(writeMs);
    return "ok";
  }

  function jog(line: string): string | undefined {
    const { codes, values } = words(line.slice(3)) ?? {};
    if (!codes || !values || [...codes].some((code) => !jogCodes.includes(code))) return "error:16";
    const rate = values.get("F");
    if (rate === undefined) return "error:22";
    const target = targetOf(codes, values);
    if (!target) return "error:26";
    if (settings.get(20) === "1" && beyond(target)) return "error:15";
    if (machine.planner.room === 0) return wait(line);
    machine.plan(target, codes.has("G20") ? rate * 25.4 : rate, "Jog");
    return "ok";
  }

  /** Of G-code, straight moves: enough for another program that uses the stage. */
  function move(line: string): string | undefined {
    const { codes, values } = words(line) ?? {};
    if (!codes || !values) return "error:1";
    if ([...codes].some((code) => !moveCodes.includes(code))) return "error:20";
    const target = targetOf(codes, values);
    if (!target) return "ok";
    if (settings.get(20) === "1" && beyond(target)) {
      machine.critical(2);
      return undefined;
    }
    if (machine.planner.room === 0) return wait(line);
    machine.plan(target, values.get("F") ?? 1e6, "Run");
    return "ok";
  }

  function wait(line: string): undefined {
    machine.reception.busy = true;
    waiting = { line, answered: (reply) => serial.say(reply) };
  }

  function targetOf(codes: ReadonlySet<string>, values: ReadonlyMap<string, number>): Point | undefined {
    if (!letters.some((letter) => values.has(letter))) return undefined;
    const unit = codes.has("G20") ? 25.4 : 1;
    const { end, workOffset } = machine;
    const [x = 0, y = 0, z = 0] = letters.map((letter, axis) => {
      const from = end[axis] ?? 0;
      const value = values.get(letter);
      if (value === undefined) return from;
      if (codes.has("G91")) return from + value * unit;
      return value * unit + (codes.has("G53") ? 0 : (workOffset[axis] ?? 0));
    });
    return [x, y, z];
  }

  const beyond = (target: Point) =>
    target.some((value, axis) => value > 0 || value < -Number(settings.get(130 + axis)));
  const tidy = (raw: string) => raw.replace(/\s|\([^)]*\)|;.*/g, "").toUpperCase();

  const serial: SerialTwin = simulateSerial({
    clock,
    baudRate: 115_200,
    commandEnd: "\n",
    frame: (reply) => `${reply}\r\n`,
    replyMs: 5,
    prepare: tidy,
    immediate: (byte) => machine.reception.take(byte),
    rules: [[/(.*)/, take]],
    opened() {
      if (resetsOnOpen) boot();
    },
    poweredDown() {
      booting?.cancel();
      machine.forget();
    },
    poweredUp: boot,
  });

  const pressHold = () => void machine.reception.take(0x21);
  const pressSoftReset = () => void machine.reception.take(0x18);
  const releaseLimit = () => {
    machine.pressed = "";
  };

  return {
    ...serial,
    keys: { hold: pressHold },
    faults: {
      limit: fault({
        title: "A limit switch is hit: ALARM:1, where hard limits are on",
        input: Type.Object({ axis: Type.Enum(["X", "Y", "Z"], { default: "X" }) }),
        apply({ axis }) {
          machine.hitLimit(axis);
          return { end: releaseLimit };
        },
      }),
      soft_reset: fault({
        title: "Someone presses the reset input of the controller: ALARM:3, if it moves",
        input: Type.Object({}),
        apply: pressSoftReset,
      }),
    },
    /** The controller's settings, by number. */
    settings,
    /** Where the carriage really is; mm in the coordinates of the machine. */
    get carriage(): Point {
      return machine.planner.position;
    },
    get state() {
      return machine.state;
    },
    get moving(): boolean {
      return machine.planner.moving || machine.state === "Home";
    },
    /** The work coordinate system that someone has set. */
    shiftWork(offset: Point) {
      machine.workOffset = offset;
    },
    /** Someone has given it a name, with `$I=`. */
    christen(given: string) {
      name = given;
    },
    /** A board whose port can be opened without a reset. */
    keepOnOpen: () => {
      resetsOnOpen = false;
    },
    /** The reset button of the Arduino. */
    pressReset: boot,
    /** The buttons at the inputs of GRBL: hold, and reset, which is the same as the byte 0x18. */
    pressHold,
    pressSoftReset,
    hitLimit: (axis: "X" | "Y" | "Z") => machine.hitLimit(axis),
    releaseLimit,
  };
});
