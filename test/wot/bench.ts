import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import pino from "pino";
import { DiscreteClock, settled } from "../../src/discrete-clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import type { Identify } from "../../src/http/access/identify.ts";
import { buildApp } from "../../src/http/app.ts";
import { flat, readEvents } from "./event-stream.ts";
import type { Answer, Request, Wire } from "./wire.ts";

/** The configuration of the demonstration bench. */
export const demonstration = (): Promise<string> =>
  readFile(new URL("../../examples/bench.yaml", import.meta.url), "utf8");

/** The Things of it. */
export const names: readonly string[] =
  "balance camera counter dispenser dmm door estop flow heater ph probe psu pump relays stage valve xy".split(" ");

/** A gateway on simulated devices, as a consumer finds it. */
export interface WotBench extends Wire {
  readonly clock: DiscreteClock;
  close(): Promise<void>;
}

/**
 * The demonstration bench, or another one, listening on a socket. Its time passes only while somebody waits for it. What a
 * socket has no part in goes the short way, without one.
 */
export async function openWotBench(text?: string, identify?: Identify): Promise<WotBench> {
  const catalogue = openCatalogue();
  const config = await checkBench(text ?? (await demonstration()), "bench.yaml", catalogue, { mock: true });
  for (const { driver, twin } of config.things.values()) {
    await catalogue.definition(driver);
    await catalogue.twin(driver, twin);
  }
  const clock = new DiscreteClock();
  const processClock = new DiscreteClock();
  const common = { config, catalogue, clock, processClock, mock: true };
  const gateway = await clock.until(Gateway.open({ ...common, log() {} }));
  // Until the heater has heard of its probe.
  await clock.advance(5000);
  const app = await buildApp({ gateway, config, log: pino({ level: "silent" }), clock, ...(identify && { identify }) });
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  async function answerTo({ method, url, headers, body }: Request): Promise<Answer> {
    const { pathname, search, host } = new URL(url);
    const answer = await app.inject({
      ...{ method, url: pathname + search, headers: { ...headers, host } },
      ...(body !== undefined && { payload: body }),
    });
    return { status: answer.statusCode, headers: flat(answer.headers), body: answer.body };
  }

  return {
    clock,
    origin,
    ask: (request) => whileTimePasses(clock, answerTo(request)),
    listen: (url, headers) => readEvents(url, headers),
    async pass(ms) {
      await clock.advance(ms);
      // Changes are gathered for a moment by this one; more would be forgetting what was asked of it.
      await processClock.advance(momentMs);
    },
    connections: () =>
      new Promise((resolve, reject) =>
        app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      ),
    async close() {
      await app.close();
      await clock.until(gateway.close({ graceMs: 0 }));
    },
  };
}

const momentMs = 100;
/** So often the event loop turns before a request is taken for one that needs time. */
const turns = 20;

/**
 * Let time pass until `work` has settled, but only as far as it has to: what is still under way on the bench is the same
 * each time, however fast the machine is.
 */
async function whileTimePasses<T>(clock: DiscreteClock, work: Promise<T>): Promise<T> {
  let open = true;
  const close = () => {
    open = false;
  };
  work.then(close, close);
  while (open) {
    for (let turn = 0; open && turn < turns; turn++) await settled();
    if (open) await clock.step();
  }
  return work;
}
