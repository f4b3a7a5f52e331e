import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { makeSelfSigned } from "../../../src/cli/tls/self-signed.ts";
import type { Message } from "../../../src/experiment/notify/message.ts";
import type { WebhookConfig } from "../../../src/experiment/notify/notifier-config.ts";
import { Webhook } from "../../../src/experiment/notify/webhook.ts";
import { openWebhook } from "./servers.ts";

let folder: string;
let hook: Awaited<ReturnType<typeof openWebhook>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "benchd-webhook-"));
  hook = await openWebhook();
});
afterAll(async () => {
  await hook.close();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  hook.posted.splice(0);
  Object.assign(hook.state, { status: 204, headers: {} });
});

const message: Message = {
  ...{ id: "7d3c", alarm: "too_hot", title: "The bath is too hot", state: "raised", at: Date.UTC(2026, 10, 20, 9) },
  ...{ clockTrusted: true, reason: "heater.temperature is 81", things: ["heater"], changes: 1 },
  ...{ bench: "bench-3", version: "1.2.3" },
};
const send = (config: Partial<WebhookConfig>, environment = {}) =>
  new Webhook({ kind: "webhook", url: hook.url, token: undefined, ...config }, environment).send(
    message,
    new AbortController().signal,
  );

test("a message is posted in JSON, with a key by which who has it knows it again", async () => {
  await send({});
  expect(hook.posted).toEqual([
    {
      headers: expect.objectContaining({ "content-type": "application/json", "idempotency-key": "7d3c" }),
      body: {
        text: "[bench-3] RAISED: The bath is too hot\nheater.temperature is 81",
        ...message,
        at: "2026-11-20T09:00:00.000Z",
      },
    },
  ]);
  expect(hook.posted[0]?.headers).not.toHaveProperty("authorization");
});

test("a token comes from a file, read each time, or from the environment", async () => {
  const file = join(folder, "token");
  await writeFile(file, "s3cret-1\n");
  await send({ token: { file } });
  await writeFile(file, "s3cret-2\n");
  await send({ token: { file } });
  await send({ token: { variable: "HOOK_TOKEN" } }, { HOOK_TOKEN: "s3cret-3" });
  expect(hook.posted.map(({ headers }) => headers.authorization)).toEqual([1, 2, 3].map((n) => `Bearer s3cret-${n}`));
});

test("an address that is a secret comes from there, too, and no error repeats it", async () => {
  await send({ url: { variable: "HOOK" } }, { HOOK: hook.url });
  expect(hook.posted).toHaveLength(1);
  hook.state.status = 403;
  const refused = await send({ url: { variable: "HOOK" } }, { HOOK: `${hook.url}/T0KEN` }).catch(String);
  expect(refused).toBe(`NotificationError: localhost:${hook.port} answers with status 403`);
  const away = await send({ url: { variable: "HOOK" } }, { HOOK: "http://localhost:1/T0KEN" }).catch(String);
  expect(away).toMatch(/^NotificationError: nothing answers at localhost:1: /);
  const odd = await send({ url: { variable: "HOOK" } }, { HOOK: "T0KEN" }).catch(String);
  expect(odd).toBe("NotificationError: the address has to begin with https:// and name a host");
});

test.each([
  ["HOOK_TOKEN", {}, "the variable HOOK_TOKEN holds nothing: put the secret there, in one line"],
  [
    "HOOK_TOKEN",
    { HOOK_TOKEN: "a\nX-Other: b" },
    "the variable HOOK_TOKEN holds more than one line: put the secret alone there",
  ],
])("without its secret nothing is sent, and it is said what is missing", async (variable, environment, why) => {
  await expect(send({ token: { variable } }, environment)).rejects.toThrow(why);
  await expect(send({ token: { file: join(folder, "none") } })).rejects.toThrow(/none: there is no such file/);
  await writeFile(join(folder, "large"), "x".repeat(9000));
  await expect(send({ token: { file: join(folder, "large") } })).rejects.toThrow(
    /which is to hold a secret: that is larger than 8 KiB/,
  );
  expect(hook.posted).toEqual([]);
});

test("a redirect is not followed: the configuration alone says where messages go", async () => {
  const other = await openWebhook();
  Object.assign(hook.state, { status: 307, headers: { location: other.url } });
  await expect(send({ token: { variable: "T" } }, { T: "s3cret" })).rejects.toThrow(
    "answers with status 307, another address: name that",
  );
  expect(other.posted).toEqual([]);
  await other.close();
});

test("what does not prove who it is by HTTPS is told nothing", async () => {
  const secure = await openWebhook(await makeSelfSigned(["localhost"], 1));
  await expect(send({ url: secure.url })).rejects.toThrow(/nothing answers at localhost:\d+: self-signed certificate/);
  expect(secure.posted).toEqual([]);
  await secure.close();
});

test("a secret goes nowhere without TLS but to this machine", async () => {
  const refused = "is none of https://, so that everybody on the way could read its secret: name it by https://";
  await expect(send({ url: "http://chat.lab.example/hook", token: { variable: "T" } })).rejects.toThrow(refused);
  await expect(send({ url: { variable: "U" } }, { U: "http://chat.lab.example/hook" })).rejects.toThrow(refused);
});
