import fc from "fast-check";
import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { InputError } from "../../src/errors.ts";
import { type LineOptions, lines } from "../../src/transport/lines.ts";
import { memoryLink } from "../../src/transport/memory-stream.ts";
import { hostileText } from "../drivers/strings/texts.ts";
import { openAlone } from "./dialogue.ts";

/** A codec, and what one message of it may look like on the wire. */
const codecs: readonly (readonly [string | LineOptions, RegExp])[] = [
  ["\n", /^[\x20-\x7e]*\n$/],
  ["\r\n", /^[\x20-\x7e]*\r\n$/],
  [{ send: "\r", start: "\x02", receive: "\x03" }, /^[\x20-\x7e]*\r$/],
  [{ send: ";", receive: "\n" }, /^[\x20-\x3a\x3c-\x7e]*;$/],
  [{ send: "\n", receive: "\r\n", allow: "\tµ" }, /^[\x20-\x7e\tµ]*\n$/],
  // What the device obeys at once goes alone, never in a line.
  [{ send: "\n", receive: "\r\n", immediate: "?!~\x85" }, /^(?:[?!~\x85]|[\x20\x22-\x3e\x40-\x7d]*\n)$/],
];

/** A connection on a line where every byte that leaves is seen. */
async function listening(options: string | LineOptions) {
  const clock = new DiscreteClock();
  const link = memoryLink(clock);
  const left: string[] = [];
  const connection = await openAlone({
    open: async (settings, listener) => {
      const stream = await link.open(settings, listener);
      const write = (bytes: Uint8Array) => {
        left.push(Buffer.from(bytes).toString("latin1"));
        return stream.write(bytes);
      };
      return { write, close: () => stream.close() };
    },
    options: { baudRate: 1_000_000, codec: lines(options) },
    name: "device",
    clock,
    alarm() {},
    lost() {},
    log() {},
  });
  return { clock, connection, left };
}

test.each(codecs)(
  "of %j, any text leaves as one whole message, or not at all and with an InputError",
  async (options, wire) => {
    const { clock, connection, left } = await listening(options);
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(hostileText, fc.constantFrom("send", "breakIn"), async (text, how) => {
        left.length = 0;
        const refused = await clock.until(connection[how](text)).then(
          () => undefined,
          (error: unknown) => error,
        );
        await clock.advance(5000);
        if (refused !== undefined) expect([refused, left]).toEqual([expect.any(InputError), []]);
        else {
          sent++;
          expect(left).toEqual([expect.stringMatching(wire)]);
          expect(left[0]?.startsWith(text)).toBe(true);
          expect(text.length).toBeLessThanOrEqual(4096);
        }
      }),
      { numRuns: 500 },
    );
    expect(sent).toBeGreaterThan(10);
    await connection.close();
  },
);
