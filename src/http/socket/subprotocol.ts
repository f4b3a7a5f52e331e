import type { IncomingHttpHeaders } from "node:http";
import type { App } from "../view.ts";
import { asksForUpgrade } from "./upgrade.ts";

/** Of those that a client offers, the only one that is ever chosen; LabThings' clients offer none. */
export const protocol = "benchd";
const bearer = "benchd.bearer.";

/**
 * A page can send no header with a WebSocket but the protocols that it offers, so one of them may be its token. It becomes
 * the header that it stands for, before whatever a browser adds by itself, and is not there any more for anybody to log.
 */
export function readTokensOfSockets(app: App): void {
  app.addHook("onRequest", (request, _, done) => {
    if (asksForUpgrade(request)) readToken(request.headers);
    done();
  });
}

function readToken(headers: IncomingHttpHeaders): void {
  const offered = (headers["sec-websocket-protocol"] ?? "").split(",").map((one) => one.trim());
  const [token, ...more] = offered.filter((one) => one.startsWith(bearer));
  if (token === undefined) return;
  const rest = offered.filter((one) => !one.startsWith(bearer));
  if (rest.length > 0) headers["sec-websocket-protocol"] = rest.join(", ");
  else delete headers["sec-websocket-protocol"];
  // Of two nobody knows which is meant.
  headers.authorization = more.length > 0 ? "" : `Bearer ${token.slice(bearer.length)}`;
}
