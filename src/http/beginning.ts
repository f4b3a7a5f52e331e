import type { FastifyRequest } from "fastify";
import { NotReadyError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { isNeverLimited } from "./limits/unlimited.ts";
import type { App } from "./view.ts";

/**
 * It listens before its Things are open, so that whoever watches it, signs in or has to stop everything finds it at once.
 * What is asked of Things waits for them, as long as a start takes; in order, and not for those who have gone meanwhile.
 */
export function waitForBeginning(app: App, gateway: Pick<Gateway, "beginning">): void {
  app.addHook("onRequest", async (request) => {
    const { beginning } = gateway;
    if (!beginning || asksNothingOfThings(request)) return;
    const begun = await beginning;
    // He may have asked again, and is not to have it done twice.
    if (!begun || request.raw.socket.destroyed)
      throw new NotReadyError("the gateway is ending: ask it when it runs again");
  });
}

const asksNothingOfThings = (request: FastifyRequest) => {
  const { config, url = "" } = request.routeOptions;
  return (isNeverLimited(request) && !namesWork.test(url)) || config.withoutToken === true || url === "/ready";
};

/** What an earlier process has left is there only once it begins: who ends it sooner would be told that there is none, and have it done. */
const namesWork = /\/:(?:id|run|recording)(?:\/|$)/;
