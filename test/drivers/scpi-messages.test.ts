import fc from "fast-check";
import { expect, test } from "vitest";
import { messages } from "../../drivers/scpi/messages.ts";
import { InputError } from "../../src/errors.ts";

const codec = messages({ send: "\n", receive: "\n", maxBytes: 2000 });

function listen() {
  const heard: string[] = [];
  const noise: string[] = [];
  const decoder = codec.decoder({
    message: (message) => void heard.push(message),
    garbage: (_, why) => void noise.push(why),
  });
  const push = (text: string) => decoder.push(Buffer.from(text, "latin1"));
  return { heard, noise, push, decoder };
}

const block = (content: string) => `#${String(content.length).length}${content.length}${content}`;

test("replies come apart and together as they were sent, blocks of any bytes among them", () => {
  const content = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  const reply = fc.oneof(
    content.map(block),
    content.filter((text) => !text.startsWith("#") && text !== "" && !text.includes("\n")),
    fc.constantFrom("#", "#0", "#A1", "#29", "#2x1", "+1.0E+00"),
  );
  fc.assert(
    fc.property(
      fc.array(reply, { maxLength: 6 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 40 })),
      (sent, sizes) => {
        const { heard, noise, push } = listen();
        let rest = sent.map((text) => `${text}\n`).join("");
        for (const size of sizes) {
          if (rest === "") break;
          push(rest.slice(0, size));
          rest = rest.slice(size);
        }
        expect(heard).toEqual(sent);
        expect(noise).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test.each([
  ["a line that never ends", "x".repeat(3000)],
  ["a block that is too long", `#44000${"x".repeat(2100)}`],
])("%s is noise, and not kept", (_, flood) => {
  const { heard, noise, push } = listen();
  for (const character of flood) push(character);
  expect(noise.length).toBeGreaterThan(0);
  push("\n");
  push("1\n");
  expect(heard.at(-1)).toBe("1");
});

test("the beginning of a block is forgotten with the line's step", () => {
  const { heard, push, decoder } = listen();
  push("#3100abc");
  decoder.reset();
  push("7\n");
  expect(heard).toEqual(["7"]);
});

test.each(["VOLT 1\nOUTP ON", "VOLT\r1", "ŉ", "µ", "\u0000"])("%j is not sent", (text) => {
  expect(() => codec.encode(text)).toThrow(InputError);
});
