import { fault, simulateSerial, Type } from "benchd/testing";
import type { TwinContext } from "../../src/twin/twin.ts";

/** What the device has done so lately is known; ms. */
const memoryMs = 900_000;

/** The far end of the tester's line: it counts what it does. */
export function testerTwin({ clock }: TwinContext) {
  /** When each was done, by what it was called. */
  const done = new Map<string, number[]>();
  const levels = new Map<number, number[]>();
  let running = false;
  let ready = true;
  let level = 0;

  const note = <Key>(book: Map<Key, number[]>, key: Key) => {
    book.set(key, [...(book.get(key) ?? []), clock.now()]);
    for (const [old, [first = 0]] of book) {
      if (first > clock.now() - memoryMs) break;
      book.delete(old);
    }
  };
  const serial = simulateSerial({
    clock,
    baudRate: 9600,
    commandEnd: "\n",
    frame: (reply) => `${reply}\n`,
    immediate(byte) {
      if (byte !== 0x21) return false;
      running = false;
      return true;
    },
    refuse: () => "BUSY",
    poweredDown() {
      running = false;
      level = 0;
    },
    rules: [
      [/ID\?/, () => "TESTER 1"],
      [/READY\?/, () => (ready ? "1" : "0")],
      [/STATE\?/, () => (running ? "RUNNING" : "IDLE")],
      [/LEVEL\?/, () => String(level)],
      [
        /LEVEL (\d+)/,
        (value = "") => {
          level = Number(value);
          note(levels, level);
          return "OK";
        },
      ],
      [
        /DO ([0-9a-f]*)/,
        (token = "") => {
          running = true;
          note(done, Buffer.from(token, "hex").toString());
          return "OK";
        },
      ],
      [/PUSH [0-9a-f]*/, () => "OK"],
      [
        /END/,
        () => {
          running = false;
          return "OK";
        },
      ],
    ],
  });

  return {
    ...serial,
    faults: {
      not_ready: fault({
        title: "It says that it is not ready",
        input: Type.Object({}),
        apply() {
          ready = false;
          return {
            end: () => {
              ready = true;
            },
          };
        },
      }),
    },
    /** Somebody has told it to do something, and not to end it. */
    get running() {
      return running;
    },
    /** When it was told to do that. */
    timesDone: (token: string): readonly number[] => done.get(token) ?? [],
    /** When it was set to that level. */
    timesSet: (value: number): readonly number[] => levels.get(value) ?? [],
  };
}
