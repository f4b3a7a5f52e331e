import type { Rule } from "../rule.ts";

export const order: Rule = {
  number: "R7",
  holds: "invocations are told in the order of their numbers, and none ends before it began",
  watch(_, broken) {
    return {
      answered({ method, url, status, body }) {
        if (method !== "GET" || status !== 200 || !/^\/action_invocations(\?|$)/.test(url)) return;
        let last = 0;
        for (const { seq, timeRequested, timeStarted, timeCompleted } of JSON.parse(body)) {
          if (seq <= last) broken(`${url} tells number ${seq} after ${last}`);
          last = seq;
          const times = [timeRequested, timeStarted, timeCompleted].filter((time) => time !== null).map(Date.parse);
          if (times.some((time, n) => n > 0 && time < (times[n - 1] ?? 0)))
            broken(`number ${seq} has a negative duration`);
        }
      },
    };
  },
};
