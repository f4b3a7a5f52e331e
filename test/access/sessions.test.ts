import { expect, it } from "vitest";
import { Principal } from "../../src/access/principal.ts";
import { Sessions } from "../../src/access/sessions.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";

const hour = 3600_000;
const whoever = (name: string) => new Principal({ name, key: name, from: "10.0.0.7", grants: [{ scope: "read" }] });

function desk() {
  const clock = new DiscreteClock();
  const sessions = new Sessions(clock);
  const begin = (name: string) => sessions.begin(whoever(name));
  return { clock, sessions, begin };
}

it("a session is found by its text, to the letter", () => {
  const { sessions, begin } = desk();
  const { text, session } = begin("ada");
  expect(sessions.find(text)).toBe(session);
  expect(session.principal.name).toBe("ada");
  for (const other of ["", "benchd_", text.slice(0, -1), `${text}x`, ` ${text}`, text.toUpperCase(), begin("bob").text])
    expect(sessions.find(other)).not.toBe(session);
});

it("a session ends by itself after twelve hours", async () => {
  const { clock, sessions, begin } = desk();
  const { text } = begin("ada");
  await clock.advance(12 * hour - 1);
  expect(sessions.find(text)).toBeDefined();
  await clock.advance(1);
  expect(sessions.find(text)).toBeUndefined();
  expect(sessions.size).toBe(0);
});

it("a session ends with the token it was begun with, and no other does", () => {
  const { sessions, begin } = desk();
  const [one, two, other] = [begin("ada"), begin("ada"), begin("bob")];
  sessions.endOf("ada");
  expect([one, two, other].map(({ text }) => sessions.find(text) !== undefined)).toEqual([false, false, true]);
});

it("what a session holds open is told that it has ended, once, unless it was over before", () => {
  const { begin } = desk();
  const { session } = begin("ada");
  const told: string[] = [];
  session.hold(() => told.push("first"));
  session.hold(() => told.push("over"))();
  session.end();
  session.end();
  expect(told).toEqual(["first"]);
});

it("one token has twenty sessions at a time: the oldest goes for a new one, and those of others stay", () => {
  const { sessions, begin } = desk();
  const other = begin("bob");
  const [first, second] = Array.from({ length: 21 }, () => begin("ada"));
  expect(sessions.size).toBe(21);
  expect([first, second, other].map((one) => sessions.find(one?.text ?? "") !== undefined)).toEqual([
    false,
    true,
    true,
  ]);
});

it("there are a thousand in all: whoever has most loses his oldest", () => {
  const { sessions, begin } = desk();
  const early = begin("early");
  const many = Array.from({ length: 20 }, () => begin("many"));
  for (let i = 0; i < 979; i++) begin(`one of ${Math.floor(i / 19)}`);
  expect(sessions.size).toBe(1000);
  const late = begin("late");
  expect(sessions.size).toBe(1000);
  const there = [early, many[0], many[1], late].map((one) => sessions.find(one?.text ?? "") !== undefined);
  expect(there).toEqual([true, false, true, true]);
});

it("none is left when they are closed", () => {
  const { sessions, begin } = desk();
  const { text } = begin("ada");
  sessions.close();
  expect([sessions.find(text), sessions.size]).toEqual([undefined, 0]);
});
