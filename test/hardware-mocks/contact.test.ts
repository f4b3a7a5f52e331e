import { DiscreteClock } from "benchd/testing";
import { expect, test } from "vitest";
import { chance } from "../../hardware-mocks/world/chance.ts";
import { contact } from "../../hardware-mocks/world/contact.ts";
import { SimulatedGpioChip } from "../../src/transport/gpio-simulated.ts";

/** Knows how many timers were set and have not fired. */
class CountingClock extends DiscreteClock {
  set = 0;

  override after(ms: number, run: () => void) {
    this.set++;
    const fired = () => {
      this.set--;
      run();
    };
    return super.after(ms, fired);
  }
}

async function openContact() {
  const clock = new CountingClock();
  const chip = new SimulatedGpioChip(clock);
  const wiring = { line: 4, activeLow: true, pull: "up" } as const;
  await chip.openInput(wiring, "test");
  const edges: boolean[] = [];
  const made = contact({ chip, wiring: { switch: wiring } }, wiring, clock, chance(1, "door"), true);
  chip.watchLevel(wiring.line, (level) => edges.push(level));
  return { clock, made, edges };
}

test("a contact that chatters for a minute has one timer at a time, and comes to rest as it was", async () => {
  const { clock, made, edges } = await openContact();
  made.chatter(60_000);
  expect(clock.set).toBe(1);
  await clock.advance(59_000);
  expect([clock.set, edges.length > 1000]).toEqual([1, true]);
  await clock.advance(1000);
  expect([clock.set, edges.at(-1), clock.nextDue()]).toEqual([0, false, undefined]);
});
