import { type Clock, simulateSerial } from "benchd/testing";
import { header, parts } from "./grammar.ts";

/** What a command does, with its parameters: a reply, an error by its number, or nothing. */
type Reaction = (...parameters: readonly string[]) => string | number | undefined;
export type Command = readonly [notation: string, reaction: Reaction];

export interface Instrument {
  readonly clock: Clock;
  /** What *IDN? answers. */
  readonly identity: string;
  readonly commands: readonly Command[];
  /** It obeys over RS-232 only after SYST:REM. */
  readonly needsRemote?: boolean;
  /** Everything to how it is after *RST, and after switching on. */
  reset(): void;
  /** How long a message takes it; ms. */
  replyMs?(message: string): number;
}

const queueLength = 20;
const bootMs = 1500;
const events = { operationComplete: 1, queryError: 4, deviceError: 8, executionError: 16, commandError: 32, on: 128 };
const texts: Readonly<Record<number, string>> = {
  [-102]: "Syntax error",
  [-104]: "Data type error",
  [-109]: "Missing parameter",
  [-113]: "Undefined header",
  [-200]: "Execution error",
  [-221]: "Settings conflict",
  [-222]: "Data out of range",
  [-224]: "Illegal parameter value",
  [-350]: "Queue overflow",
  [-410]: "Query INTERRUPTED",
  550: "Command not allowed in local",
};

/**
 * What instruments of IEEE 488.2 and SCPI-99 have in common: compound messages, the error queue, the event register.
 * After Keysight E3646-90001, chapters 4 and 5, and SCPI-99, volume 1. Not checked against a real instrument. Assumed:
 * over RS-232 as well a command that comes before the answer to a question is out drops that answer, with -410; a header
 * that is unknown below the path of the one before it is looked for from the root.
 */
export function scpiInstrument({ clock, identity, commands, needsRemote = false, reset, replyMs }: Instrument) {
  const errors: number[] = [];
  let register = events.on;
  /** Which events count for the summary bit; nobody asks for that one. */
  let enabled = 0;
  let local = true;
  let booting = false;
  let timer: { cancel(): void } | undefined;
  /** The answer that is not out yet. */
  let owed: { readonly number: number; readonly until: number } | undefined;
  let answers = 0;
  const interrupted = new Set<number>();

  const fail = (code: number) => {
    const sort = Math.floor(-code / 100);
    register |=
      [0, events.commandError, events.executionError, events.deviceError, events.queryError][sort] ??
      events.deviceError;
    if (errors.length < queueLength) errors.push(code);
    else errors[queueLength - 1] = -350;
  };
  const clear = () => {
    errors.length = 0;
    register = 0;
  };

  const common: readonly Command[] = [
    ["*IDN?", () => identity],
    [
      "*RST",
      () => {
        reset();
        return undefined;
      },
    ],
    [
      "*CLS",
      () => {
        clear();
        return undefined;
      },
    ],
    [
      "*ESR?",
      () => {
        const seen = register;
        register = 0;
        return `+${seen}`;
      },
    ],
    [
      "*OPC",
      () => {
        register |= events.operationComplete;
        return undefined;
      },
    ],
    [
      "*ESE",
      (mask = "") => {
        enabled = Number(mask) & 255;
        return undefined;
      },
    ],
    ["*ESE?", () => `+${enabled}`],
    ["*OPC?", () => "1"],
    [
      "SYSTem:ERRor[:NEXT]?",
      () => {
        const code = errors.shift() ?? 0;
        return `${code < 0 ? "" : "+"}${code},"${texts[code] ?? "No error"}"`;
      },
    ],
    [
      "SYSTem:REMote",
      () => {
        local = false;
        return undefined;
      },
    ],
    [
      "SYSTem:LOCal",
      () => {
        local = true;
        return undefined;
      },
    ],
    ["SYSTem:VERSion?", () => "1999.0"],
  ];
  // What does not decide on itself comes last: an instrument may have an *OPC of its own.
  const known = [...commands, ...common].map(([notation, react]) => ({ notation, pattern: header(notation), react }));
  const free = /^:?(\*|SYST)/i;

  /** One command of a message, below the path of the one before. */
  const obey = (text: string, path: string) => {
    const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(text) ?? [];
    const absolute = path + name;
    const found =
      (!/^[:*]/.test(name) && known.find(({ pattern }) => pattern.test(absolute))) ||
      known.find(({ pattern }) => pattern.test(name));
    if (!found) fail(-113);
    else if (needsRemote && local && !name.endsWith("?") && !free.test(name)) fail(550);
    else {
      const reply = found.react(...(rest === "" ? [] : parts(rest, ",")));
      if (typeof reply === "number") fail(reply);
      else return { reply, path: name.startsWith("*") ? path : (/^.*:/.exec(absolute)?.[0] ?? "") };
    }
    return { reply: undefined, path: "" };
  };

  const execute = (message: string): string | undefined => {
    if (owed && clock.now() < owed.until) {
      interrupted.add(owed.number);
      fail(-410);
    }
    owed = undefined;
    let path = "";
    const replies: string[] = [];
    for (const part of parts(message, ";")) {
      if (part === "") continue;
      const done = obey(part, path);
      path = done.path;
      if (done.reply !== undefined) replies.push(done.reply);
    }
    if (replies.length === 0) return undefined;
    owed = { number: ++answers, until: clock.now() + thinksMs(message) };
    return `\0${owed.number}\0${replies.join(";")}`;
  };
  const thinksMs = (message: string) => replyMs?.(message) ?? 5;

  const serial = simulateSerial({
    clock,
    baudRate: 9600,
    commandEnd: "\n",
    replyMs: thinksMs,
    frame(tagged) {
      const [, number, text = tagged] = /^\0(\d+)\0(.*)$/s.exec(tagged) ?? [];
      return number !== undefined && interrupted.delete(Number(number)) ? "" : `${text}\n`;
    },
    prepare: (raw) => (booting ? undefined : raw.replace(/\r$/, "")),
    rules: [[/(.*)/s, (message = "") => execute(message)]],
    refuse(message) {
      // It goes on to answer questions, and only its queue of errors tells of the rest.
      if (message.includes("?")) return undefined;
      fail(-200);
      interrupted.add(++answers);
      return `\0${answers}\0`;
    },
    poweredDown() {
      timer?.cancel();
      clear();
      owed = undefined;
      interrupted.clear();
      reset();
    },
    poweredUp() {
      booting = true;
      local = true;
      register = events.on;
      enabled = 0;
      timer = clock.after(bootMs, () => {
        booting = false;
      });
    },
  });

  return {
    ...serial,
    close: () => timer?.cancel(),
    fail,
    /** Bit 0 of the event register is set by an operation that has come to its end. */
    complete() {
      register |= events.operationComplete;
    },
    /** The errors nobody has asked for. */
    get errors(): readonly number[] {
      return errors;
    },
    get local() {
      return local;
    },
    /** Someone presses the key that takes it back from the computer. */
    pressLocal() {
      local = true;
    },
  };
}
