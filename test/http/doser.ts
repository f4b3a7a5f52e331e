import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { Type } from "typebox";
import { onTestFinished } from "vitest";
import { sleep } from "../../src/ambient.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { DeviceFaultError } from "../../src/errors.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { buildApp } from "../../src/http/app.ts";
import { defineThing } from "../../src/thing/define.ts";

/** A device that notes what reaches it, over all restarts of the gateway. */
export function doser() {
  const done: unknown[] = [];
  const device = {
    done,
    /** With those when it was opened. */
    stops: 0,
    fails: false,
    /** A write that reaches it waits for this, and what touches nothing does. */
    answers: Promise.resolve(),
  };
  const note = (what: unknown) => {
    done.push(what);
    if (device.fails) throw new DeviceFaultError("it jams");
  };
  const definition = defineThing({
    title: "Doser",
    config: Type.Object({}),
    properties: { rate: { title: "Rate", schema: Type.Integer({ default: 1 }), concurrent: true } },
    actions: {
      dose: { title: "Dose", input: Type.Object({ mL: Type.Number() }), output: Type.Number() },
      slow: { title: "Dose for a second", input: Type.Object({ mL: Type.Number() }) },
      aside: { title: "Touches nothing", lane: false },
      release: { title: "Let go", urgent: true },
    },
    open: async () => ({
      read: { rate: () => 1 },
      write: {
        async rate(value) {
          note({ rate: value });
          await device.answers;
        },
      },
      invoke: {
        dose({ mL }) {
          note(mL);
          return mL;
        },
        async slow({ mL }) {
          note(mL);
          await sleep(1000);
        },
        async aside() {
          note("aside");
          await device.answers;
        },
        release: () => note("release"),
      },
      async stop() {
        device.stops++;
      },
    }),
  });
  return { device, definition };
}

/** A folder that is gone after the test. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "benchd-keys-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Post {
  readonly key?: string;
  readonly prefer?: string;
  readonly from?: string;
  readonly startBy?: string;
}

/** What time it is, and whether that is known. */
interface Told {
  readonly wallClock?: () => number;
  readonly clockTrusted?: () => boolean;
}

/** A gateway with the doser on it, whose state outlives it. */
export async function openDoser({ definition, device } = doser(), state = temporaryFolder(), told: Told = {}) {
  const clock = new DiscreteClock();
  const processClock = new DiscreteClock();
  const config = parseConfig(`stateDirectory: ${state}\nthings: { doser: { driver: doser } }\n`, "bench.yaml");
  const catalogue = {
    names: async () => ["doser"],
    definition: async () => definition,
    twin: async () => undefined,
  };
  const { clockTrusted, wallClock } = told;
  const options = { config, catalogue, clock, processClock, mock: true, ...(clockTrusted && { clockTrusted }) };
  const gateway = await clock.until(Gateway.open({ ...options, log() {} }));
  const app = await buildApp({
    ...{ gateway, config, log: pino({ level: "silent" }) },
    ...(wallClock && { clock: processClock, wallClock }),
  });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= app.close().then(() => clock.until(gateway.close({ graceMs: 0 }), 10_000));
    return closed;
  };
  onTestFinished(close);

  const send = (
    method: "POST" | "PUT" | "DELETE",
    url: string,
    body?: unknown,
    { key, prefer, from, startBy }: Post = {},
  ) =>
    app.inject({
      method,
      url,
      headers: {
        "content-type": "application/json",
        ...(key !== undefined && { "idempotency-key": key }),
        ...(prefer !== undefined && { prefer }),
        ...(startBy !== undefined && { "start-by": startBy }),
      },
      ...(from !== undefined && { remoteAddress: from }),
      ...(body !== undefined && { payload: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  return {
    app,
    gateway,
    clock,
    processClock,
    device,
    state,
    close,
    send,
    /** POST of an action. */
    invoke: (action: string, body: unknown, more?: Post) => send("POST", `/doser/${action}`, body, more),
    /** What a new process finds when this one is killed now. */
    killed() {
      const copy = temporaryFolder();
      cpSync(state, copy, { recursive: true });
      return openDoser({ definition, device }, copy, told);
    },
  };
}

export const replayed = ({ headers }: { readonly headers: Record<string, unknown> }) =>
  headers["idempotent-replayed"] === "true";
