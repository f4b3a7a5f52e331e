import { afterAll, beforeAll, expect, it } from "vitest";
import { type Listening, openListening } from "./listening.ts";

let bench: Listening;
beforeAll(async () => {
  bench = await openListening();
});
afterAll(() => bench.close());

it("the bench that is attacked listens, and has every Thing of the demonstration", async () => {
  const answer = await fetch(new URL("/thing_states", bench.url));
  expect(Object.keys((await answer.json()) as object).length).toBeGreaterThan(15);
  expect(await bench.send(`GET /health HTTP/1.1\r\nhost: ${bench.url.host}\r\nconnection: close\r\n\r\n`)).toMatch(
    /^HTTP\/1\.1 200 OK/,
  );
});
