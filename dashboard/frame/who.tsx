import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import type { Session } from "../session.ts";

/** Who is signed in, and the way out; nothing where no token is asked for. */
export function Who({ session }: { readonly session: Session }): JSX.Element | null {
  const { about, stop } = useBench();
  if (!session.signedIn.value) return null;
  const signOut = async () => {
    await session.signOut().catch(() => {});
    // It names Things, which are not for whoever comes next.
    stop.clear();
  };
  return (
    <span class="row who">
      {about.value && <span class="soft">Signed in as {about.value.you.name}</span>}
      <button type="button" class="quiet" onClick={() => void signOut()}>
        Sign out
      </button>
    </span>
  );
}
