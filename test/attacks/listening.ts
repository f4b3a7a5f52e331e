import { readFile } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { createLogger } from "../../src/cli/logger.ts";
import type { Clock } from "../../src/clock.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { checkBench } from "../../src/gateway/bench.ts";
import { openCatalogue } from "../../src/gateway/catalogue.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { type AppOptions, buildApp } from "../../src/http/app.ts";
import { dashboardFixture as dashboard } from "../http/page/dashboard.ts";

const demonstration = new URL("../../examples/bench.yaml", import.meta.url);

interface Options extends Pick<AppOptions, "identify" | "onEnded" | "onRoute" | "sessions" | "tls"> {
  /** The configuration; that of the demonstration bench unless told. */
  readonly yaml?: string;
  /** How long clients wait goes by this one; the bench's unless told. */
  readonly clientClock?: Clock;
}

export type Listening = Awaited<ReturnType<typeof openListening>>;

/** A gateway on simulated devices that listens on a socket, to be attacked. Its bench's time passes only when it is told to. */
export async function openListening({ yaml, clientClock, ...http }: Options = {}) {
  const catalogue = openCatalogue();
  const config = await checkBench(yaml ?? (await readFile(demonstration, "utf8")), "bench.yaml", catalogue, {
    mock: true,
  });
  // In virtual time nothing real is waited for while a bench opens.
  for (const { driver, twin } of config.things.values()) {
    await catalogue.definition(driver);
    await catalogue.twin(driver, twin);
  }
  const clock = new DiscreteClock();
  const processClock = new DiscreteClock();
  const lines: string[] = [];
  const log = createLogger({ write: (line) => void lines.push(line) }, "json");
  log.level = "debug";
  const opening = Gateway.open({
    ...{ config, catalogue, clock, processClock, mock: true },
    log: (thing, level, message) => log.info({ thing, level }, message),
  });
  const gateway = await clock.until(opening);
  // Attackers of all kinds come from one address here: what they may guess in a minute is tested by itself.
  const limits = { failuresPerMinute: 100_000, ...config.limits };
  const app = await buildApp({
    gateway,
    config: { ...config, limits },
    log,
    clock: clientClock ?? clock,
    dashboard,
    ...http,
  });
  const url = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  const sockets = new Set<Socket>();

  return {
    app,
    gateway,
    clock,
    processClock,
    url,
    /** What has been logged so far, a line a record. */
    logged: (): readonly string[] => lines,
    forgetLog: () => void lines.splice(0),
    /** A connection of one's own, closed with the bench; from another loopback address if told. */
    connect(from?: string): Socket {
      const socket = connect({
        ...{ port: Number(url.port), host: url.hostname },
        ...(from !== undefined && { localAddress: from }),
      });
      // Hung up on, as many an attacker is.
      socket.on("error", () => {});
      socket.once("close", () => sockets.delete(socket));
      sockets.add(socket);
      return socket;
    },
    /** Send these bytes on a connection of their own, and have what comes until it is closed. */
    async send(bytes: string | Uint8Array): Promise<string> {
      const socket = this.connect();
      socket.end(bytes);
      return text(socket);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await app.close();
      await clock.until(gateway.close({ graceMs: 0 }));
    },
  };
}
