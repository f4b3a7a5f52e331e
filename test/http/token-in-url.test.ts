import { afterAll, beforeAll, expect, it } from "vitest";
import { newToken, tokenText } from "../../src/access/token-text.ts";
import { urlForLog } from "../../src/http/access/token-in-url.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

let bench: CounterBench;
beforeAll(async () => {
  bench = await openCounterBench();
});
afterAll(() => bench.close());

const token = tokenText(newToken());

it.each([
  `/counter/counter?token=${token}`,
  `/counter/counter?limit=1&access_token=hunter2`,
  `/counter/counter?ACCESS_TOKEN=hunter2`,
  `/counter/counter?x=${token.slice(0, -5)}`,
  `/${token}/counter`,
  `/counter/counter?%74oken=hunter2`,
  `/counter/counter?x=${token.replaceAll("_", "%5F").replaceAll("b", "%62")}`,
])("a request with a token in its address is refused, and that is not logged: %s", async (url) => {
  const before = bench.logged().length;
  const answer = await bench.app.inject({ url });
  expect(answer.statusCode).toBe(400);
  expect(answer.json().detail).toMatch(/send it in the Authorization header/);
  const [line = "", ...more] = bench.logged().slice(before);
  expect(more).toEqual([]);
  expect(line).toContain("a request had a token in its address");
  expect(line).toContain("…");
  expect(line).not.toMatch(/hunter2|A1-_A1|benchd_/);
  expect(decodeURIComponent(line)).not.toContain(token.slice(0, 40));
});

it.each([
  "/counter/counter",
  "/things/?tokenise=1",
  "/benchd_pump/speed?limit=3",
  "/events?x=%E2%82%AC%zz",
  "/a?b=token",
])("other addresses are logged as they are: %s", (url) => {
  expect(urlForLog(url)).toBe(url);
});
