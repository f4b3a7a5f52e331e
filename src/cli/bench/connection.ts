import { Connection } from "../../client/connection.ts";
import { openAnswer } from "../ask-gateway.ts";
import type { AskedGateway } from "../asked-gateway.ts";

/** A connection of the client to that gateway, which it knows by the same certificate and asks with the same token as our other commands. */
export function connectionTo(gateway: AskedGateway): Connection {
  const { origin } = new URL(gateway.url);
  return new Connection({
    url: origin,
    fetch: async (input, init = {}) => {
      const { pathname, search } = new URL(String(input));
      const headers = Object.fromEntries(new Headers(init.headers));
      const signal = init.signal ?? new AbortController().signal;
      return openAnswer(gateway, { method: "GET", path: `${pathname}${search}`, headers, signal });
    },
  });
}
