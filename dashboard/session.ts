import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { Connection } from "../src/client/connection.ts";
import { RefusedError } from "../src/client/errors.ts";

const keptAs = "benchd.session";

/** Who looks at the page. A token is never kept: it is exchanged for a session, which only this tab has. */
export interface Session {
  readonly connection: Connection;
  /** A token is asked for; why, in words. Undefined while none is needed, or one is there. */
  readonly wanted: ReadonlySignal<string | undefined>;
  readonly signedIn: ReadonlySignal<boolean>;
  /** Rejects with the client's errors when the token is not taken. */
  signIn(token: string): Promise<void>;
  signOut(): Promise<void>;
  /** The gateway has answered that it wants a token, or does not know this session any more. */
  end(why: string): void;
}

/** `storage` remembers the session over reloads of this tab; it throws where a browser is told to keep nothing. */
export function openSession(storage: () => Storage): Session {
  const text = signal(found(storage));
  const wanted = signal<string | undefined>(undefined);
  const url = window.location.origin;
  const connection = new Connection({ url, token: () => text.value });
  const keep = (session: string | undefined) => {
    text.value = session;
    try {
      if (session === undefined) storage().removeItem(keptAs);
      else storage().setItem(keptAs, session);
    } catch {
      // It ends when the page is left.
    }
  };
  return {
    connection,
    wanted,
    signedIn: computed(() => text.value !== undefined),
    async signIn(token) {
      const asking = new Connection({ url, token: token.trim() });
      const { body } = await asking.request("POST", "/gateway/session");
      keep((body as { readonly session: string }).session);
      wanted.value = undefined;
    },
    async signOut() {
      try {
        await connection.request("DELETE", "/gateway/session");
      } catch (error) {
        // It has ended already, and that is what was wanted.
        if (!(error instanceof RefusedError)) throw error;
      } finally {
        keep(undefined);
        wanted.value = "You have signed out.";
      }
    },
    end(why) {
      keep(undefined);
      wanted.value = why;
    },
  };
}

function found(storage: () => Storage): string | undefined {
  try {
    return storage().getItem(keptAs) ?? undefined;
  } catch {
    return undefined;
  }
}
