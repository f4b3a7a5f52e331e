import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { RefusedError } from "../../src/client/errors.ts";
import { refusalOf } from "../bench/load.ts";
import type { Session } from "../session.ts";

const wrong = "That is no token that holds here: it is misspelt, has ended, or was revoked.";

/** Asks for a token, and forgets it at once. */
export function SignIn({ session }: { readonly session: Session }): JSX.Element {
  const refused = useSignal("");
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const token = String(new FormData(form).get("token") ?? "");
    form.reset();
    refused.value = "Asking the gateway…";
    try {
      await session.signIn(token);
      refused.value = "";
    } catch (error) {
      refused.value = error instanceof RefusedError && error.status === 401 ? wrong : refusalOf(error);
    }
  };
  return (
    <form class="sign-in card" onSubmit={(event) => void submit(event)}>
      <h1>Sign in</h1>
      <p role="status">{refused.value || session.wanted.value}</p>
      <label class="field">
        Access token
        <input name="token" type="password" autocomplete="off" spellcheck={false} required />
      </label>
      <button type="submit" class="primary">
        Sign in
      </button>
      <p class="hint">
        Whoever looks after this bench makes you one: <code>benchd token create</code>.
      </p>
    </form>
  );
}
