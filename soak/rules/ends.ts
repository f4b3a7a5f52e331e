import { BenchdError } from "../../src/errors.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import type { Rule } from "../rule.ts";

/** The longest grace of an action, and what makes its Things safe after that; bench time, ms. */
const endMs = 30_000;

const endOf = (told: { status: string; reason: string | undefined; forced: boolean; error: Error | undefined }) =>
  `${told.status} ${told.reason} ${told.forced} ${told.error?.message}`;

export const ends: Rule = {
  number: "R1",
  holds: "every invocation reaches one terminal state, within a bound, and never leaves it",
  watch(stand, broken) {
    const told = new Map<string, string>();
    return {
      checked() {
        for (const seen of stand.roll.all()) {
          const { invocation } = seen;
          const { id, thing, action, status, error } = invocation;
          if (!isTerminal(status)) {
            const { state } = stand.gateway.thing(thing);
            // A Thing that has gone takes with it what runs on it; one that is quarantined waits for just that.
            const ending = seen.endingSince !== undefined || state === "disconnected" || state === "faulted";
            if (ending) seen.endingSince ??= stand.clock.now();
            const since = seen.endingSince ?? Number.POSITIVE_INFINITY;
            if (stand.clock.now() - since > endMs)
              broken(`${thing}/${action} is ${status}, ${endMs} ms after it was to end`);
            continue;
          }
          const before = told.get(id);
          const end = endOf(invocation);
          if (before !== undefined && before !== end) broken(`${thing}/${action} was ${before} and is ${end}`);
          if (before === undefined) {
            stand.tally.count(
              "endings",
              `${status}${invocation.outcome ? ", unknown" : ""}${invocation.forced ? ", forced" : ""}`,
            );
            const ofItsOwn = error === undefined || error instanceof BenchdError || thing === "counter";
            if (!ofItsOwn) broken(`${thing}/${action} failed by a bug: ${error?.stack}`);
          }
          told.set(id, end);
        }
        for (const id of told.keys()) if (!stand.roll.find(id)) told.delete(id);
      },
      answered({ method, url, status }) {
        const id = /^\/action_invocations\/([^/?]+)$/.exec(url)?.[1];
        const seen = stand.roll.find(id);
        if (method === "DELETE" && status === 200 && seen && seen.invocation.action !== "uncancellable")
          seen.endingSince ??= stand.clock.now();
      },
      calmed() {
        for (const { invocation } of stand.roll.live())
          broken(`${invocation.thing}/${invocation.action} is ${invocation.status} after everything was cancelled`);
        for (const { name, state, reason, lane } of stand.gateway.things.values()) {
          if (state !== "ready") broken(`${name} is ${state} though its device is well: ${reason}`);
          if (!lane.idle) broken(`the lane of ${name} is held by ${lane.holder?.label}`);
        }
        for (const request of stand.unanswered) broken(`${request} was not answered`);
      },
    };
  },
};

export const answers: Rule = {
  number: "R1",
  holds: "a client is always answered, and never with a fault of benchd's own",
  watch(stand, broken) {
    /** The longest wait that may be asked for, and a stop that is confirmed late. */
    const boundMs = 75_000;
    return {
      answered({ method, url, status, body, sentAt }) {
        const took = stand.clock.now() - sentAt;
        if (took > boundMs) broken(`${method} ${url} was answered after ${took} ms`);
        // What the counter does not do on purpose.
        const onPurpose = /^\/counter\/(broken|func_rw)|^\/things\/counter\//.test(url);
        const isDisk = status === 507 && !stand.disk.isWell;
        if (status >= 500 && ![502, 503, 504].includes(status) && !isDisk && !onPurpose)
          broken(`${method} ${url} was answered with ${status}: ${body.slice(0, 500)}`);
      },
    };
  },
};
