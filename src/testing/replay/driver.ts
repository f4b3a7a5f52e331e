import assert from "node:assert/strict";
import type { DiscreteClock } from "../../discrete-clock.ts";
import type { LineSettings, OpenByteStream } from "../../transport/byte-stream.ts";
import { printable } from "../../transport/printable.ts";
import { before, type Cue } from "./script.ts";

/** Whether a number in an answer is near enough to the one that was recorded. */
export type Tolerance = (recorded: number, now: number, answer: string) => boolean;

export interface PlayedDriver {
  readonly thing: string;
  readonly script: readonly Cue[];
  readonly settings: LineSettings;
  readonly open: OpenByteStream;
  readonly clock: DiscreteClock;
  readonly tolerance: Tolerance;
}

/** An answer may come so much later than it was recorded; ms. */
const patienceMs = 500;

/** Say to a twin what was recorded, when it was said, and hold its answers against those that were recorded. */
export async function playDriver({ thing, script, settings, open, clock, tolerance }: PlayedDriver): Promise<void> {
  let heard = Buffer.alloc(0);
  const listener = {
    data: (bytes: Uint8Array) => {
      heard = Buffer.concat([heard, bytes]);
    },
    closed() {},
  };
  const line = await open(settings, listener);
  let due = clock.now();

  const answers = async (at: number, expected: readonly Cue[]) => {
    const recorded = Buffer.concat(expected.map(({ bytes }) => bytes));
    const until = due + patienceMs;
    while (!agree(recorded, heard, tolerance) && (clock.nextDue() ?? until) < until) await clock.step();
    if (agree(recorded, heard, tolerance)) {
      heard = Buffer.alloc(0);
      return;
    }
    const told = `the twin of ${thing} answers otherwise than was recorded,\n${before(script, at)}`;
    assert.fail(`${told}\n  recorded  < ${printable(recorded)}\n  now       < ${printable(heard)}`);
  };

  for (let at = 0; at < script.length; ) {
    const said = script[at]?.direction === ">" ? script[at] : undefined;
    const from = said ? at + 1 : at;
    const next = script.findIndex(({ direction }, index) => index >= from && direction === ">");
    const to = next < 0 ? script.length : next;
    due += said?.afterMs ?? 0;
    await clock.advance(Math.max(0, due - clock.now()));
    if (said) void line.write(said.bytes);
    const expected = script.slice(from, to);
    for (const { afterMs } of expected) due += afterMs;
    await answers(from, expected);
    at = to;
  }
  await clock.advance(patienceMs);
  await answers(script.length, []);
  await line.close();
}

const numbers = /-?\d+(?:\.\d*)?/g;

/** Whether both are the same but for numbers, and these near enough. */
function agree(recorded: Buffer, heard: Buffer, tolerance: Tolerance): boolean {
  if (recorded.equals(heard)) return true;
  const [then, now] = [recorded.toString("latin1"), heard.toString("latin1")];
  if (then.replaceAll(numbers, "#") !== now.replaceAll(numbers, "#")) return false;
  const found = now.match(numbers) ?? [];
  return (then.match(numbers) ?? []).every((number, index) => {
    const other = found[index] ?? "";
    return number === other || tolerance(Number(number), Number(other), now);
  });
}
