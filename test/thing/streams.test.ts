import { Type } from "typebox";
import { expect, test } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { checkDefinition } from "../../src/thing/check-definition.ts";
import { defineThing } from "../../src/thing/define.ts";
import type { Viewer } from "../../src/thing/frames.ts";

/** A Thing that counts from 1, ten times a second, while somebody watches. */
async function openCounting() {
  const source = { runs: 0, running: 0, made: 0, fail: false };
  const definition = defineThing({
    title: "Counting",
    config: Type.Object({}),
    streams: { numbers: { title: "Numbers", contentType: "image/x-number" } },
    open: async () => ({
      stream: {
        async *numbers() {
          source.runs++;
          source.running++;
          try {
            for (;;) {
              await sleep(100);
              if (source.fail) throw new Error("the sensor is gone");
              yield Uint8Array.of(++source.made);
            }
          } finally {
            source.running--;
          }
        },
      },
    }),
  });
  const bench = await openBench({ thing: { definition } });
  const thing = bench.thing("thing");
  const next = async (viewer: Viewer) => {
    const { value, done } = await bench.clock.until(viewer.next());
    return done ? "end" : value[0];
  };
  return { bench, thing, source, next, watch: () => thing.watch("numbers") };
}

test("a stream runs while somebody watches it, and no longer", async () => {
  const { bench, source, next, watch } = await openCounting();
  await bench.clock.advance(1000);
  expect(source.runs).toBe(0);
  const viewer = watch();
  expect([await next(viewer), await next(viewer)]).toEqual([1, 2]);
  await viewer.return();
  await bench.clock.advance(1000);
  expect([source.running, source.made]).toEqual([0, 3]);
  const again = watch();
  expect([await next(again), source.runs]).toEqual([4, 2]);
});

test("all who watch share one source, and who is slow misses frames", async () => {
  const { bench, source, next, watch } = await openCounting();
  const [quick, slow] = [watch(), watch()];
  for (let i = 1; i <= 5; i++) expect(await next(quick)).toBe(i);
  expect([await next(slow), await next(slow), source.runs]).toEqual([5, 6, 1]);
  await bench.close();
});

test("who leaves while he waits is let go of at once, and the others stay", async () => {
  const { next, watch } = await openCounting();
  const [one, other] = [watch(), watch()];
  const waiting = one.next();
  await one.return();
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect(await next(other)).toBe(1);
});

test("only so many may watch", async () => {
  const { watch } = await openCounting();
  const viewers = Array.from({ length: 20 }, watch);
  expect(watch).toThrow("20 watch this stream already");
  await viewers[0]?.return();
  expect(watch).not.toThrow();
});

test("closing the Thing ends what is watched, and opening it again lets people watch again", async () => {
  const { bench, thing, source, next, watch } = await openCounting();
  const viewer = watch();
  expect(await next(viewer)).toBe(1);
  await bench.clock.until(thing.reset());
  expect([await next(viewer), source.running]).toEqual(["end", 0]);
  expect(await next(watch())).toBe(2);
  await bench.close();
  expect(watch).toThrow("thing is closed");
});

test("a source that fails ends the stream, not the Thing", async () => {
  const { bench, thing, source, next, watch } = await openCounting();
  source.fail = true;
  expect(await next(watch())).toBe("end");
  expect([thing.state, bench.logged]).toEqual(["ready", ["thing: its stream numbers has ended: the sensor is gone"]]);
  source.fail = false;
  expect(await next(watch())).toBe(1);
});

test("there is no stream of another name", async () => {
  const { thing } = await openCounting();
  expect(() => thing.watch("toString")).toThrow("there is no stream toString");
});

test("a stream of a wrong shape, or at an address that is taken, is refused with its definition", () => {
  const lamp = {
    title: "Lamp",
    config: Type.Object({}),
    properties: { on: { title: "On", schema: Type.Boolean(), readOnly: true } },
    open: async () => ({}),
  };
  const check = (streams: unknown) => () => checkDefinition({ ...lamp, streams }, "lamp");
  expect(check({ pictures: { title: "Pictures", contentType: "jpeg" } })).toThrow("stream pictures: contentType");
  expect(check({ on: { title: "On", contentType: "image/jpeg" } })).toThrow("stream on: a property or an action has");
  expect(check({ pictures: { title: "Pictures", contentType: "image/jpeg" } })).not.toThrow();
});
