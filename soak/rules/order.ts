import type { Rule } from "../rule.ts";

export const order: Rule = {
  number: "R7",
  holds: "invocations are told in the order of their numbers",
  watch(_, broken) {
    return {
      answered({ method, url, status, body }) {
        if (method !== "GET" || status !== 200 || !/^\/action_invocations(\?|$)/.test(url)) return;
        let last = 0;
        for (const { seq } of JSON.parse(body)) {
          if (seq <= last) broken(`${url} tells number ${seq} after ${last}`);
          last = seq;
        }
      },
    };
  },
};
