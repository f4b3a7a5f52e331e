import { expect, test } from "vitest";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { DiskSpace } from "../../src/gateway/disk-space.ts";

const [MiB, GiB] = [2 ** 20, 2 ** 30];

async function looking(size: number, free: number) {
  const clock = new DiscreteClock();
  const space = { size, free };
  let looks = 0;
  const look = async () => {
    looks++;
    if (Number.isNaN(space.free)) throw new Error("EIO");
    return { ...space };
  };
  const disk = new DiskSpace({ folder: "/var/lib/benchd", clock, look });
  await clock.advance(0);
  return { disk, clock, space, looks: () => looks };
}

test.each([
  [8 * GiB, 500 * MiB, undefined],
  [8 * GiB, 400 * MiB, "400 MiB are left on the disk of /var/lib/benchd: make room, or new work will be refused"],
  // 5 % of it are enough to work with.
  [64 * GiB, 2 * GiB, undefined],
  [64 * GiB, 1000 * MiB, expect.stringContaining("1000 MiB are left")],
  [256 * MiB, 20 * MiB, undefined],
  [256 * MiB, 10 * MiB, expect.stringContaining("10 MiB are left")],
])("of a disk with %d bytes, %d free: %s", async (size, free, why) => {
  const { disk } = await looking(size, free);
  expect(disk.check()).toEqual(why);
  expect(disk.restartHelps).toBe(false);
});

test("it is asked once a minute until it is stopped, and nothing is told of a disk that does not answer", async () => {
  const { disk, clock, space, looks } = await looking(8 * GiB, 7 * GiB);
  expect(disk.metrics()).toMatchObject([{ samples: [{ value: 7 * GiB }] }]);
  space.free = MiB;
  await clock.advance(59_000);
  expect(disk.check()).toBeUndefined();
  await clock.advance(1000);
  expect(disk.check()).toContain("1 MiB");
  space.free = Number.NaN;
  await clock.advance(60_000);
  expect(disk.check()).toBeUndefined();
  expect(disk.metrics()).toMatchObject([{ samples: [] }]);
  disk.stop();
  await clock.advance(600_000);
  expect(looks()).toBe(3);
});
