import { Invocation } from "../../src/invocation/invocation.ts";
import type { InvocationRecord } from "../../src/invocation/record.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import type { Rule } from "../rule.ts";
import { persistGraceMs } from "../tester/driver.ts";

export const fence: Rule = {
  number: "R3",
  holds: "nothing is written to a device by work that has ended, or was cut off by an emergency stop",
  watch(stand, broken) {
    /** Cut off by an emergency stop. */
    const cutOff = new WeakSet<object>();
    return {
      tripped() {
        for (const { invocation } of stand.roll.live()) {
          const { thing, action } = invocation;
          // Stopping goes on.
          const isUrgent = stand.thing(thing)?.actions[action]?.urgent ?? false;
          if (!isUrgent) cutOff.add(invocation);
        }
      },
      wrote(thing, bytes) {
        const { invocation: id } = stand.thing(thing)?.recorder.latest ?? {};
        const invocation = stand.roll.find(id)?.invocation;
        stand.tally.count("writes", invocation ? "by invocations" : "by others");
        if (!invocation) return;
        const what = () => `${JSON.stringify(Buffer.from(bytes).toString("latin1"))} was written to ${thing}`;
        if (isTerminal(invocation.status)) broken(`${what()} by ${invocation.action}, which is ${invocation.status}`);
        if (cutOff.has(invocation)) broken(`${what()} by ${invocation.action} after the emergency stop`);
      },
    };
  },
};

/** What is written says itself whose it is: whoever has lost the count of that cannot hide it. */
export const persistence: Rule = {
  number: "R3",
  holds: "what hears no cancel writes nothing to its line and its pin once it is cut off",
  watch(stand, broken) {
    const cutOff = new Set<string>();
    const tokenOf = (invocation: InvocationRecord) => (invocation.input as { token?: string } | null)?.token;
    const tests = () =>
      stand.roll.all().filter(({ invocation }) => invocation instanceof Invocation && invocation.thing === "tester");
    /** Whether it may write now. */
    const isFenced = (token: string) => {
      const seen = tests().find(({ invocation }) => tokenOf(invocation) === token);
      const asked = seen?.endingSince ?? Number.POSITIVE_INFINITY;
      return (
        cutOff.has(token) ||
        (seen !== undefined && isTerminal(seen.invocation.status)) ||
        stand.clock.now() > asked + persistGraceMs
      );
    };
    /** Writes from outside that have not been answered. */
    const setting = new Set<object>();
    const cut = () => {
      for (const { invocation } of tests()) cutOff.add(tokenOf(invocation) ?? "");
    };
    return {
      asked(request) {
        if (request.method === "PUT" && request.url === "/tester/valve") setting.add(request);
      },
      answered: ({ request }) => void setting.delete(request),
      tripped: cut,
      // What the process before has begun is none of the next one's.
      closed: cut,
      wrote(thing, bytes) {
        if (thing !== "tester") return;
        const text = Buffer.from(bytes).toString("latin1");
        const [, hex] = /^(?:PUSH|DO) ([0-9a-f]*)\n/.exec(text) ?? [];
        if (hex === undefined) return;
        const token = Buffer.from(hex, "hex").toString();
        if (!token.startsWith("soak-")) return;
        stand.tally.count("writes", "with a token");
        if (isFenced(token)) broken(`${JSON.stringify(text)} was written for ${token}, which was cut off`);
      },
      level(thing, pin, on) {
        if (thing !== "tester" || pin !== "valve" || !on || !stand.isRunning || setting.size > 0) return;
        const { status, action } = stand.thing("tester")?.lane.holder?.root.record ?? {};
        const works = status === "running" && action === "persist";
        if (!works) broken("the valve of the tester was opened by nobody who may");
      },
    };
  },
};
