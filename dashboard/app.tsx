import { effect } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { Bench } from "./bench/bench.ts";
import { BenchContext } from "./bench/context.ts";
import { Frame } from "./frame/frame.tsx";
import { SignIn } from "./frame/sign-in.tsx";
import type { Session } from "./session.ts";
import { View } from "./views/view.tsx";

interface Props {
  readonly bench: Bench;
  readonly session: Session;
}

/** All of the page. It follows the bench as long as nobody is asked for a token. */
export function App({ bench, session }: Props): JSX.Element {
  useEffect(() => followWhileWelcome(bench, session), [bench, session]);
  return (
    <BenchContext.Provider value={bench}>
      <Frame session={session}>{session.wanted.value === undefined ? <View /> : <SignIn session={session} />}</Frame>
    </BenchContext.Provider>
  );
}

function followWhileWelcome(bench: Bench, session: Session): () => void {
  let following: AbortController | undefined;
  const ends = [
    effect(() => {
      following?.abort();
      if (session.wanted.value !== undefined) {
        bench.forget();
        return;
      }
      following = new AbortController();
      void bench.follow(following.signal);
    }),
    effect(() => {
      const refused = bench.refused.value;
      if (!refused) return;
      const over = session.signedIn.peek() ? "Your session is over: sign in again." : "";
      session.end(refused.status === 401 ? over : refused.detail);
    }),
  ];
  return () => {
    following?.abort();
    for (const end of ends) end();
  };
}
