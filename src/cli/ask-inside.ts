import { isLoopback } from "../gateway/config/access.ts";
import type { Config } from "../gateway/config/config.ts";
import type { App } from "../http/view.ts";
import type { Ask } from "../mqtt/ask.ts";

interface Parts {
  readonly app: Pick<App, "inject">;
  readonly config: Pick<Config, "listen" | "allowedHosts" | "prefix">;
  /** Where the gateway listens. */
  readonly url: string;
  /** What says who asks, where the question does not. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Whoever asks over MQTT comes from there: the broker's address says nothing of him. */
export const overMqtt = "mqtt";

/** Paths that are the gateway's, whatever stands before those of the Things. */
const ofGateway = /^\/emergency_stop$/;

/** Asks the gateway's HTTP interface without a connection: all that a request passes, this passes too. */
export function askInside({ app, config, url, headers: own = {} }: Parts): Ask {
  const { protocol, host } = addressOf(config, url);
  return async ({ method, path, headers, body }) => {
    const answer = await app.inject({
      ...{ method, url: ofGateway.test(path) ? path : config.prefix + path },
      headers: { ...headers, ...own, host },
      remoteAddress: overMqtt,
      ...(body !== undefined && { payload: Buffer.from(body) }),
    });
    const { statusCode: status, headers: told } = answer;
    // Where it has come from there is no TLS to be seen.
    const text = protocol === "https:" ? answer.body.replaceAll(`"http://${host}/`, `"https://${host}/`) : answer.body;
    return { status, headers: texts(told), body: text };
  };
}

const texts = (headers: Readonly<Record<string, unknown>>): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value === undefined ? value : String(value)]),
  );

/** Links in answers lead to where the gateway is asked over HTTP, by a name that it answers to. */
function addressOf({ listen, allowedHosts }: Parts["config"], url: string) {
  const { protocol, host, port } = new URL(url);
  if (isLoopback(listen.host)) return { protocol, host };
  const everywhere = ["0.0.0.0", "::"].includes(listen.host);
  const [name = everywhere ? "localhost" : undefined] = allowedHosts;
  return { protocol, host: name === undefined ? host : `${name}${port && `:${port}`}` };
}
