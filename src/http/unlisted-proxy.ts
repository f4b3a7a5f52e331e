import { refuse } from "./answer.ts";
import type { App } from "./view.ts";

/** By these a proxy tells that it asks for somebody else, and for whom. */
const signs = { "x-forwarded-for": /./, "x-real-ip": /./, forwarded: /\bfor=/i };

const why =
  "This was sent on by a proxy, and as long as no token is asked for only this machine may ask: list the proxy in access.proxies.";

/**
 * Where everybody on this machine may do everything, whoever comes through a proxy on it would, too. What a proxy has sent
 * on is refused then; not all of them tell.
 */
export function refuseUnlistedProxies(app: App): void {
  app.addHook("onRequest", (request, reply, done) => {
    const told = Object.entries(signs).some(([name, sign]) => sign.test(String(request.headers[name] ?? "")));
    if (!told) return done();
    request.log.warn({ method: request.method, url: request.url, ip: request.ip }, why);
    refuse(reply, 403, why);
  });
}
