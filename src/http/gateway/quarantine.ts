import { LaneHeldError, NotReadyError, SafeModeError } from "../../errors.ts";
import { json } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { thingParams } from "../query.ts";
import type { App, View } from "../view.ts";

/** `/{thing}/quarantine`: work that was cut off may still be going on in the device. */
export function quarantine(app: App, view: View): void {
  const { gateway } = view;
  const params = thingParams;

  app.get(
    "/:thing/quarantine",
    { config: { scope: "read" }, schema: { summary: "Whether a Thing is quarantined, and why", params } },
    async (request, reply) => {
      const { state, reason } = gateway.thing(request.params.thing);
      const quarantined = state === "quarantined";
      return json(reply, 200, { quarantined, reason: quarantined ? (reason ?? null) : null });
    },
  );

  app.delete(
    "/:thing/quarantine",
    { config: { scope: "operate" }, schema: { summary: "Somebody has looked: open the Thing again", params } },
    async (request, reply) => {
      const thing = gateway.thing(request.params.thing);
      const reset = async () => {
        if (gateway.safeMode !== undefined) throw new SafeModeError(`nothing is opened: ${gateway.safeMode}`);
        if (gateway.closing) throw new NotReadyError("the gateway is shutting down: nothing is opened again");
        if (thing.state === "ready" || thing.state === "opening") {
          throw new LaneHeldError(`${thing.name} is ${thing.state}: only a Thing that is out of order is opened again`);
        }
        await thing.reset();
        const { state, reason = null } = thing;
        gateway.audit.note({ by: request.principal, what: "quarantine.reset", thing: thing.name, detail: state });
        return { status: 200, value: { state, reason } };
      };
      return answerOnce(request, reply, view, reset);
    },
  );
}
