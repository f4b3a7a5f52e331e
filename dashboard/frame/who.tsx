import type { JSX } from "preact";
import { useBench } from "../bench/context.ts";
import type { Session } from "../session.ts";

/** Who is signed in, and the way out; nothing where no token is asked for. */
export function Who({ session }: { readonly session: Session }): JSX.Element | null {
  const { about } = useBench();
  if (!session.signedIn.value) return null;
  return (
    <span class="row who">
      {about.value && <span class="soft">Signed in as {about.value.you.name}</span>}
      <button type="button" class="quiet" onClick={() => void session.signOut().catch(() => {})}>
        Sign out
      </button>
    </span>
  );
}
