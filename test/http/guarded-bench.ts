import { Sessions } from "../../src/access/sessions.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { byToken } from "../../src/http/access/by-token.ts";
import { tokenBench } from "../access/memory.ts";
import { openListening } from "../attacks/listening.ts";

interface Options {
  /** Of the configuration. */
  readonly yaml?: string;
}

/** A gateway that listens, asks for tokens, and knows three of them. */
export async function openGuarded({ yaml = "things:\n  counter: { driver: counter }\n" }: Options = {}) {
  const kept = tokenBench();
  const [admin, operator, reader] = await Promise.all([
    kept.make("ada", { grants: [{ scope: "admin" }] }),
    kept.make("olga", { grants: [{ scope: "operate" }] }),
    kept.make("ron", { grants: [{ scope: "read", things: ["counter"] }] }),
  ]);
  const { tokens } = await kept.open();
  const sessionClock = new DiscreteClock();
  const sessions = new Sessions(sessionClock);
  tokens.onEnded((key) => sessions.endOf(key));
  const bench = await openListening({ yaml, identify: byToken(tokens), sessions });
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, bench.url), { redirect: "manual", ...init });
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
  return {
    ...bench,
    ...{ admin, operator, reader, sessions, sessionClock, tokens, ask, bearer },
    /** A session begun with that token. */
    async signIn(token: string): Promise<string> {
      const answer = await ask("/gateway/session", { method: "POST", headers: bearer(token) });
      return ((await answer.json()) as { session: string }).session;
    },
    async revoke(token: string) {
      await kept.folder.remove(token.split("_")[1] ?? "");
      await tokens.refresh();
    },
    async close() {
      await bench.close();
      await tokens.close();
    },
  };
}
