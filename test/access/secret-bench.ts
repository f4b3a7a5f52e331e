import type { RouteOptions } from "fastify";
import pino from "pino";
import { ask, blob, deliver, log, sleep } from "../../src/ambient.ts";
import { parseCondition } from "../../src/condition.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import { buildApp } from "../../src/http/app.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { defineThing } from "../../src/thing/define.ts";
import { Type } from "../../src/typebox.ts";
import { relay } from "../gateway/relay.ts";
import { dashboardFixture } from "../http/page/dashboard.ts";
import { byHeader, whoHeader } from "./asking.ts";

/** Whatever tells of the hidden Thing has one of these in it. */
export const secret = /zebra|SECRET/i;

/** The hidden Thing: everything it has and says is a secret. */
function zebraThing() {
  const zebra = { fine: true, ring: () => {} };
  const definition = defineThing({
    title: "SECRET title",
    description: "SECRET description",
    config: Type.Object({}),
    properties: {
      fine: { title: "Fine", schema: Type.Boolean(), readOnly: true, maxAgeMs: 0 },
      secret_word: { title: "Word", schema: Type.String(), observable: true, maxAgeMs: 0 },
    },
    actions: {
      secret_say: { title: "Say it", input: Type.Object({ text: Type.String() }), output: Type.String() },
      secret_picture: { title: "Picture", output: Type.Unknown() },
      secret_hold: { title: "Hold it" },
      secret_fail: { title: "Fail" },
      secret_ask: { title: "Ask", lane: false },
    },
    events: { secret_rang: { title: "Rang", data: Type.String() } },
    async open({ emit, changed }) {
      let word = "SECRET word";
      zebra.ring = () => emit("secret_rang", "SECRET data");
      return {
        read: { fine: () => zebra.fine, secret_word: () => word },
        write: {
          secret_word(value) {
            word = value;
            changed("secret_word", value);
          },
        },
        invoke: {
          secret_say({ text }) {
            log.info(`SECRET line: ${text}`);
            deliver({ unit: "mL", requested: 1, confirmed: 1 });
            return `SECRET ${text}`;
          },
          secret_picture: () => blob(Buffer.from("SECRET bytes"), { mediaType: "text/plain", name: "SECRET.txt" }),
          secret_hold: () => sleep(60_000),
          async secret_ask() {
            await ask({ message: "SECRET question" });
          },
          secret_fail() {
            throw new DeviceFaultError("zebra.secret_fail is stuck, ask zebra");
          },
        },
      };
    },
  });
  return { zebra, definition };
}

type Handle = { readonly invoke: Readonly<Record<string, (input?: unknown) => Promise<unknown>>> };

/** A hidden `zebra`; a `plain` relay that an interlock keeps from being used by it; and a `whole` that uses the zebra. */
export async function openSecretBench() {
  const { zebra, definition } = zebraThing();
  const whole = defineThing({
    title: "Whole",
    config: Type.Object({}),
    uses: { other: definition },
    properties: { calm: { title: "Calm", schema: Type.Boolean(), readOnly: true } },
    actions: {
      work: { title: "Work", reserves: ["other"] },
      fail: { title: "Fail" },
      inquire: { title: "Ask", lane: false },
    },
    async open({ things }) {
      const { invoke } = (things as unknown as { readonly other: Handle }).other;
      return {
        read: { calm: () => true },
        invoke: {
          async work() {
            log.info("zebra is asked");
            await invoke["secret_say"]?.({ text: "nested" });
          },
          async inquire() {
            await Promise.all([ask({ message: "Feed zebra, then go" }), invoke["secret_ask"]?.()]);
          },
          async fail() {
            await invoke["secret_fail"]?.();
          },
        },
      };
    },
  });
  const plain = relay({ lamp: { safe: false } });
  const bench = await openBench(
    { zebra: { definition }, plain, whole: { definition: whole, uses: { other: "zebra" } } },
    {
      interlocks: [
        {
          ...{ name: "guard", thing: "zebra", property: "fine", equals: true, on: "abort" as const },
          ...{ outputs: [{ thing: "plain", output: "lamp", value: undefined }], pollMs: 200, maxAgeMs: 2000 },
        },
      ],
      plans: {
        schedules: [
          {
            ...{ name: "secret_night", title: "SECRET title", times: { kind: "every", everyMs: 3_600_000 } },
            job: { kind: "action", thing: "zebra", action: "secret_say", input: { text: "SECRET" } },
          },
        ],
        alarms: [
          {
            ...{ name: "secret_alarm", title: "SECRET title", forMs: 0, clearAfterMs: 0, unknown: "raise", notify: [] },
            watched: { kind: "condition", condition: parseCondition("zebra.fine == false"), everyMs: 500 },
          },
        ],
      },
    },
  );
  const routes: RouteOptions[] = [];
  const app = await buildApp({
    gateway: bench.gateway,
    config: { listen: { host: "127.0.0.1" }, allowedHosts: [], prefix: "" },
    log: pino({ level: "silent" }),
    clock: bench.clock,
    dashboard: dashboardFixture,
    onRoute: (route) => routes.push(route),
    identify: byHeader({
      boss: [{ scope: "admin" }],
      guest: [{ scope: "operate", things: ["plain", "whole"] }],
      keeper: [{ scope: "configure", things: ["plain", "whole"] }],
    }),
  });
  type Method = "GET" | "HEAD" | "POST" | "PUT" | "DELETE" | "PATCH";
  return {
    ...{ bench, app, zebra, routes },
    async ask(who: string, method: Method, url: string, body?: unknown, headers: Record<string, string> = {}) {
      const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      return bench.clock.until(
        app.inject({ method, url, headers: { ...type, ...headers, [whoHeader]: who }, ...payload }),
      );
    },
    async close() {
      await app.close();
      await bench.close();
    },
  };
}
