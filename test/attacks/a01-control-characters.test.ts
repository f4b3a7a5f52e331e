import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PropertyAffordance } from "../../src/thing/affordance.ts";
import { lines } from "../../src/transport/lines.ts";
import { packets } from "../../src/transport/packets.ts";
import { putAt, stringPlaces } from "../drivers/strings/places.ts";
import { type Listening, openListening } from "./listening.ts";

/** Also such as become one when they are cut to a byte, look like a digit, or end a line elsewhere. */
const characters = [
  "\r",
  "\n",
  "\0",
  "\x03",
  "\x1b",
  "\x7f",
  "\x85",
  "\u010a",
  "\u010d",
  "\u560a",
  "\u560d",
  "\u2028",
  "１",
  "\ud800",
];
const hostile = characters.flatMap((character) => [
  character,
  `SAFE${character}RUN`,
  `${character}RUN`,
  `RUN${character}`,
]);

describe("A01: a character that would begin another command", () => {
  test.each([
    ["lines", lines("\r\n")],
    ["lines with their own ends", lines({ send: "\r", receive: "\n" })],
    ["lines that are obeyed at once", lines({ send: "\n", receive: "\r\n", immediate: "?!~\x18" })],
    ["packets", packets({ start: "\x02", end: "\x03", lengthAdds: 4, check: "crc16-xmodem" })],
  ] as const)("is refused where bytes are made: %s", (_, codec) => {
    for (const text of hostile) expect(() => codec.encode(text)).toThrow("cannot be sent");
    expect(codec.encode("RUN").length).toBeGreaterThan(3);
  });

  describe("on a bench that listens", () => {
    let bench: Listening;
    beforeAll(async () => {
      bench = await openListening();
    });
    afterAll(() => bench.close());

    /** Every string that a client gives an action or a property of the demonstration bench. */
    const inputs = () =>
      [...bench.gateway.things.values()].flatMap(({ name: thing, actions, definition }) => [
        ...Object.entries(actions).flatMap(([name, { input }]) =>
          stringPlaces(input).map((place) => ({ thing, name, method: "POST", place })),
        ),
        ...Object.entries<PropertyAffordance>(definition.properties ?? {})
          .filter(([, { readOnly }]) => !readOnly)
          .flatMap(([name, { schema }]) =>
            stringPlaces(schema).map((place) => ({ thing, name, method: "PUT", place })),
          ),
      ]);

    test("reaches no wire by any string of any Thing: it is refused with 422, or nothing of it was sent", async () => {
      expect(inputs().map(({ thing, name }) => `${thing}.${name}`)).toEqual(
        expect.arrayContaining(["dmm.show", "counter.echo", "counter.fail"]),
      );
      for (const { thing, name, method, place } of inputs()) {
        for (const text of [...hostile, "a;b", "a|b"]) {
          const body = JSON.stringify(putAt({}, place, text));
          const headers = { "content-type": "application/json", prefer: "respond-async" };
          const answer = await fetch(new URL(`/${thing}/${name}`, bench.url), { method, headers, body });
          const told = (await answer.json()) as { readonly id?: string };
          // What has no wire may take it: it is text to be told again.
          if (thing === "counter") expect(answer.status).toBeLessThan(500);
          else expect([thing, name, text, answer.status]).toEqual([thing, name, text, text === "a|b" ? 201 : 422]);
          if (thing !== "counter" && text !== "a|b") expect(told.id).toBeUndefined();
        }
      }
    });
  });
});
