import { setImmediate } from "node:timers/promises";
import pino from "pino";
import { onTestFinished } from "vitest";
import type { Grant } from "../../src/access/principal.ts";
import { insideOf, takeRequests } from "../../src/cli/mqtt-requests.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { byToken } from "../../src/http/access/by-token.ts";
import { credentialIn } from "../../src/http/access/credentials.ts";
import { buildApp } from "../../src/http/app.ts";
import type { OutMessage } from "../../src/mqtt/link.ts";
import { openBench } from "../../src/testing/open-bench.ts";
import { tokenBench } from "../access/memory.ts";
import { doser } from "../http/doser.ts";
import { HeardLink, type Published } from "./heard-link.ts";

interface Options {
  /** As the configuration has it. */
  readonly requests?: string;
  readonly things?: string;
  readonly prefix?: string;
  readonly trusted?: () => boolean;
  readonly access?: string;
  readonly log?: pino.Logger;
}

export const base = "benchd/bench-3";
export const replies = "lab/ada/replies";

/** Two dosers that are asked over a broker: by tokens, or by whoever may publish. */
export async function openAsked({ requests = "tokens", things, prefix = "", trusted, access, log }: Options = {}) {
  const kept = tokenBench();
  const one = doser();
  const { definition } = one;
  const clock = new DiscreteClock();
  const processClock = new DiscreteClock();
  const bench = await openBench(
    { doser: { definition }, other: { definition } },
    { clock, processClock, clockTrusted: trusted ?? (() => true) },
  );
  const narrowed = things === undefined ? "" : `, things: ${things}`;
  const config = parseConfig(
    [
      `prefix: "${prefix}"`,
      ...(access === undefined ? [] : [`access: ${access}`]),
      `mqtt: { broker: "mqtt://127.0.0.1", gateway: bench-3, requests: ${requests}${narrowed} }`,
      "things: { doser: { driver: doser }, other: { driver: doser } }",
    ].join("\n"),
    "bench.yaml",
  );
  const logger = log ?? pino({ level: "silent" });
  const inside = config.mqtt && insideOf(config.mqtt);
  const { tokens } = await kept.open();
  const known = byToken(tokens);
  const { gateway } = bench;
  const app = await buildApp({ ...{ gateway, config, log: logger }, identify: known, inside: inside?.identify });
  const link = new HeardLink();
  const taken = takeRequests({
    ...{ app, gateway, config, link, inside, clock: processClock, log: logger, url: "http://127.0.0.1:5000" },
    knows(authorization) {
      const credential = credentialIn({ headers: { authorization }, rawHeaders: [] });
      return credential !== undefined && tokens.verify(credential) !== undefined;
    },
  });
  const end = () => taken?.close();
  onTestFinished(async () => {
    end();
    await app.close();
    await bench.close();
    await tokens.close();
  });

  /** What is under way inside of this process goes on, until nothing is. */
  const settle = async (until = () => false) => {
    for (let n = 0; n < 200 && !until(); n++) {
      await setImmediate();
      if (n % 20 === 19) await clock.advance(0);
    }
  };
  const answers = () => link.sent.filter(({ topic }) => topic === replies).map(told);
  let number = 0;

  return {
    ...{ app, bench, gateway, clock, processClock, config, inside, link, tokens, settle, answers, end },
    device: one.device,
    make: (name: string, grants: readonly Grant[]) => kept.make(name, { grants }),
    async revoke(token: string) {
      await kept.folder.remove(token.split("_")[1] ?? "");
      await tokens.refresh();
    },
    refresh: () => tokens.refresh(),
    /** Publish a request that has all it needs; what is told instead counts. */
    ask(action: string, { user = {}, ...published }: Asked = {}) {
      const stops = action === "stop";
      link.deliver(`${base}/things/${published.thing ?? "doser"}/actions/${action}/request`, {
        payload: published.payload ?? (stops ? "" : '{"mL":5}'),
        ...published,
        properties: {
          responseTopic: replies,
          correlationData: new TextEncoder().encode(`c${++number}`),
          ...published.properties,
          userProperties: {
            ...(!stops && { "idempotency-key": `key-${number}`, "start-by": soon() }),
            ...user,
          },
        },
      });
    },
    /** The answers to what has been asked so far, once there are so many. */
    async answered(count: number) {
      await settle(() => answers().length >= count);
      return answers();
    },
  };
}

interface Asked extends Published {
  readonly thing?: string;
  readonly user?: Readonly<Record<string, string | readonly string[]>>;
}

export const soon = (seconds = 60) => new Date(Date.now() + seconds * 1000).toISOString();

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** An answer, as whoever asked has it. */
function told({ payload, properties }: OutMessage) {
  const text = typeof payload === "string" ? payload : new TextDecoder().decode(payload);
  const { correlationData, userProperties = {}, contentType } = properties ?? {};
  return {
    status: Number(userProperties["status"]),
    final: userProperties["final"],
    to: correlationData && new TextDecoder().decode(correlationData),
    user: userProperties,
    contentType,
    text,
    body: text === "" ? undefined : JSON.parse(text),
  };
}
