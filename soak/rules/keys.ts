import type { Answer, Request, Rule } from "../rule.ts";

/** What is known of one key. */
interface Known {
  readonly body: string;
  /** Of the answer by which it was accepted. */
  readonly status: number;
  /** The invocation that it has made; undefined for a write. */
  readonly id: string | undefined;
  readonly since: number;
}

/** Keys are judged for so long; ms. */
const memoryMs = 900_000;
const bodyOf = ({ body }: Request) => JSON.stringify(body);
const idOf = ({ method, body }: Answer) => (method === "POST" ? (JSON.parse(body) as { id: string }).id : undefined);

export const keys: Rule = {
  number: "F32",
  holds: "what is asked for under a key is done once, and told the same each time, also after a restart",
  watch(stand, broken) {
    const known = new Map<string, Known>();
    /** Which keys had been accepted when a request was made. */
    const before = new WeakMap<Request, Known | undefined>();
    const judge = (answer: Answer, key: string, first: Known) => {
      const { request, status, replayed } = answer;
      const what = `${request.method} ${request.url} with the key ${key}`;
      if (bodyOf(request) !== first.body) {
        if (status !== 422 && status !== 503) broken(`${what} and another body was answered with ${status}`);
      } else if (status === 503) return;
      else if (!replayed) broken(`${what} was accepted, and when repeated answered anew, with ${status}`);
      else if (status !== first.status) broken(`${what} was answered with ${first.status}, then with ${status}`);
      else if (first.id !== undefined && idOf(answer) !== first.id) broken(`${what} has made two invocations`);
    };
    return {
      asked(request) {
        if (request.key !== undefined) before.set(request, known.get(request.key));
      },
      answered(answer) {
        const { request, status } = answer;
        const { key } = request;
        if (key === undefined) return;
        const first = before.get(request);
        if (first) judge(answer, key, first);
        else if (status === 201) {
          const id = idOf(answer);
          const now = known.get(key);
          if (now && now.id !== id) broken(`${key} has made two invocations at once`);
          if (!now) known.set(key, { body: bodyOf(request), status, id, since: stand.clock.now() });
          stand.tally.count("keys", "accepted");
        }
        if (answer.replayed) stand.tally.count("keys", "told again");
        if (status === 422) stand.tally.count("keys", "refused for another body");
      },
      checked() {
        const { tester } = stand.devices;
        for (const { key, body } of stand.book.keyed) {
          if (key === undefined) continue;
          const times = typeof body === "number" ? tester.timesSet(body) : tester.timesDone(key);
          if (times.length > 1) broken(`${key} was done ${times.length} times, at ${times.join(", ")} ms`);
        }
        for (const [key, { since }] of known) if (since < stand.clock.now() - memoryMs) known.delete(key);
      },
    };
  },
};
