import type { Rule } from "../rule.ts";
import { laterMs } from "../tester/driver.ts";

/** What the line takes to carry it, should it have to get back into step before; ms. */
const slackMs = 10_000;

export const late: Rule = {
  number: "R9",
  holds: "what may begin until some time does not begin later, over restarts too",
  watch(stand, broken) {
    /** When each token was asked for by whom it was granted. */
    const askedAt = new Map<string, number>();
    return {
      answered({ request, url, method, status, replayed, sentAt }) {
        if (method !== "POST" || url !== "/tester/later" || status !== 201 || replayed) return;
        const { token } = request.body as { token: string };
        if (token.startsWith("soak-")) askedAt.set(token, sentAt);
      },
      checked() {
        const now = stand.clock.now();
        for (const { invocation } of stand.roll.all()) {
          const { thing, action, startedAt, waitedMs = 0 } = invocation;
          if (thing === "tester" && action === "later" && startedAt !== undefined && waitedMs > laterMs)
            broken(`later tells to have begun after ${waitedMs} ms, and may until ${laterMs} ms`);
        }
        for (const [token, at] of askedAt) {
          const [begun] = stand.devices.tester.timesDone(token);
          if (begun !== undefined && begun > at + laterMs + slackMs)
            broken(`${token} began ${begun - at} ms after it was asked for, and may until ${laterMs} ms`);
          if (at < now - 3 * laterMs) askedAt.delete(token);
        }
      },
    };
  },
};
