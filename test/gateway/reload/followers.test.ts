import { expect, test } from "vitest";
import { ConfigError } from "../../../src/errors.ts";
import type { Config } from "../../../src/gateway/config/config.ts";
import type { Follower } from "../../../src/gateway/reload/follower.ts";
import { openReloadable } from "./reloaded.ts";

const one = "things:\n  a: { driver: counter }\n";
const two = `${one}  b: { driver: counter }\n`;

test("who follows looks first, and takes up in the turn in which the Things are exchanged", async () => {
  const { gateway, reload, close } = await openReloadable(one);
  const seen: string[] = [];
  const follower: Follower = {
    async prepare(config: Config) {
      seen.push(`looks at ${[...config.things.keys()]}, has ${[...gateway.things.keys()]}`);
      return { section: "alarms", take: () => void seen.push(`takes, has ${[...gateway.things.keys()]}`) };
    },
  };
  const leave = gateway.reloads.follow(follower);
  expect(await reload(two)).toMatchObject({ added: ["b"], sections: ["alarms"] });
  expect(seen).toEqual(["looks at a,b, has a", "takes, has a,b"]);
  leave();
  expect(await reload(one)).toMatchObject({ removed: ["b"], sections: [] });
  expect(seen).toHaveLength(2);
  await close();
});

test("what one who follows cannot take up is refused as a whole, and nobody takes up anything", async () => {
  const { gateway, reload, close } = await openReloadable(one);
  let taken = 0;
  gateway.reloads.follow({ prepare: async () => ({ section: "alarms", take: () => void taken++ }) });
  const leave = gateway.reloads.follow({
    async prepare() {
      throw new ConfigError("bench.yaml:3:1: there is no such password");
    },
  });
  await expect(reload(two)).rejects.toThrow("bench.yaml:3:1");
  expect([[...gateway.things.keys()], taken]).toEqual([["a"], 0]);
  leave();
  await reload(two);
  expect(taken).toBe(1);
  await close();
});

test("the end of one who follows is waited for by the reload, but not for ever, and its failure is logged", async () => {
  const { gateway, clock, logged, processClock, begin, reload, close } = await openReloadable(one);
  let taken = () => {};
  const begun = new Promise<void>((resolve) => {
    taken = resolve;
  });
  const take = () => {
    taken();
    return new Promise<never>(() => {});
  };
  const leave = gateway.reloads.follow({ prepare: async () => ({ section: "alarms", take }) });
  let done = false;
  const reloading = begin(two).then(() => {
    done = true;
  });
  await clock.until(begun);
  await processClock.advance(4900);
  expect([done, gateway.things.has("b")]).toEqual([false, true]);
  await processClock.advance(200);
  await reloading;
  leave();
  gateway.reloads.follow({
    prepare: async () => ({ section: "alarms", take: () => Promise.reject(new ConfigError("gone")) }),
  });
  await reload(one);
  expect(logged.at(-1)).toMatch(/^error : not all of alarms could be taken up: .*gone/);
  await close();
});
