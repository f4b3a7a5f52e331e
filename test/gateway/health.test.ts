import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { Health } from "../../src/gateway/health.ts";
import { journalWritable } from "../../src/gateway/journal-writable.ts";

function watched() {
  const clock = new DiscreteClock();
  const health = new Health(clock);
  let wrong: string | undefined;
  const forget = health.add({ name: "lanes", check: () => wrong, figures: () => ({ held: 3 }) });
  return { clock, health, forget, be: (why: string | undefined) => (wrong = why) };
}

test("what has just gone wrong is told, and costs the trust only when it lasts", async () => {
  const { clock, health, be } = watched();
  be("pump is held");
  expect(health.look()).toMatchObject({ trusted: true, findings: [{ why: "pump is held", failingForMs: 0 }] });
  await clock.advance(4999);
  expect(health.look().trusted).toBe(true);
  await clock.advance(1);
  expect(health.look()).toMatchObject({ trusted: false, reason: "lanes: pump is held" });
});

test("what has been well in between has just gone wrong", async () => {
  const { clock, health, be } = watched();
  be("pump is held");
  health.look();
  await clock.advance(4000);
  be(undefined);
  expect(health.look()).toMatchObject({ trusted: true, reason: undefined, findings: [{ figures: { held: 3 } }] });
  be("pump is held");
  await clock.advance(4000);
  expect(health.look().findings).toMatchObject([{ failingForMs: 0 }]);
});

test("a probe that fails to tell counts as one that has found something; one that is taken away counts no more", async () => {
  const { clock, health, forget } = watched();
  forget();
  health.add({
    name: "journal",
    check: () => {
      throw new Error("EIO");
    },
  });
  health.look();
  await clock.advance(5000);
  expect(health.look()).toMatchObject({ trusted: false, reason: "journal: it cannot be told: EIO" });
  expect(health.look().findings).toHaveLength(1);
});

test("a disk that takes nothing is told, and starves no watchdog: another start would find it as full", async () => {
  const { clock, health } = watched();
  health.add(journalWritable({ failure: new Error("disk is full") }));
  health.look();
  await clock.advance(60_000);
  expect(health.look()).toMatchObject({ trusted: true, reason: undefined });
  expect(health.look().findings.at(-1)).toMatchObject({ name: "journal", why: "disk is full", failingForMs: 60_000 });
});
