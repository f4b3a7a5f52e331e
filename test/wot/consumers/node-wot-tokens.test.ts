import type { Servient } from "@node-wot/core";
import { tdValidator } from "@thing-description-playground/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { byToken } from "../../../src/http/access/by-token.ts";
import { tokenBench } from "../../access/memory.ts";
import { openWotBench, type WotBench } from "../bench.ts";
import { loadNodeWot } from "./load-node-wot.ts";

type WoT = Awaited<ReturnType<Servient["start"]>>;

const kept = tokenBench();
let tokens: Awaited<ReturnType<typeof kept.open>>["tokens"];
let anna: string;
let bench: WotBench;
let servient: Servient;
let wot: WoT;

beforeAll(async () => {
  anna = await kept.make("anna", { grants: [{ scope: "operate" }] });
  ({ tokens } = await kept.open());
  bench = await openWotBench("things: { counter: { driver: counter } }", byToken(tokens));
  const { Servient, HttpClientFactory } = await loadNodeWot();
  servient = new Servient();
  servient.addClientFactory(new HttpClientFactory());
  wot = await servient.start();
});
afterAll(async () => {
  await servient.shutdown();
  await bench.close();
  await tokens.close();
});

/** node-wot sends nothing with this request, so its user does. */
async function description(token: string) {
  const authorization = `Basic ${Buffer.from(`anna:${token}`).toString("base64")}`;
  const answer = await fetch(`${bench.origin}/things/counter`, { headers: { authorization } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Parameters<WoT["consume"]>[0] & { readonly id: string };
}

test("node-wot uses a Thing of a bench that wants tokens, with Basic credentials for its id", async () => {
  const td = await description(anna);
  servient.addCredentials({ [td.id]: { username: "anna", password: anna } });
  const thing = await wot.consume(td);
  await bench.clock.until(thing.writeProperty("counter", 41));
  expect(await bench.clock.until(thing.readProperty("counter").then((output) => output.value()))).toBe(41);
});

test("it does not fetch the description itself: it has no credentials for what it does not know yet, and a 401 leads it no further", async () => {
  const { id } = await description(anna);
  servient.addCredentials({ [id]: { username: "anna", password: anna } });
  await expect(wot.requestThingDescription(`${bench.origin}/things/counter`)).rejects.toThrow("Unauthorized");
});

test("without them, or with those of a token that is none, it is refused", async () => {
  const td = await description(anna);
  const other = `${anna.slice(0, -1)}${anna.endsWith("A") ? "B" : "A"}`;
  servient.addCredentials({ "urn:other": { username: "anna", password: other } });
  const thing = await wot.consume({ ...td, id: "urn:other" });
  await expect(bench.clock.until(thing.readProperty("counter"))).rejects.toThrow("Unauthorized");
});

test("a description tells what is asked for as the profile wants it: Basic, and that a token alone will do", async () => {
  const td = await description(anna);
  expect(td.security).toEqual(["basic"]);
  expect(td.securityDefinitions).toMatchObject({
    basic: { scheme: "basic", in: "header", name: "Authorization" },
    bearer: { scheme: "bearer", in: "header", name: "Authorization" },
  });
  const { report } = await tdValidator(JSON.stringify(td), () => {}, { checkDefaults: true, checkJsonLd: false });
  expect(report).toMatchObject({ json: "passed", schema: "passed", additional: "passed" });
});
