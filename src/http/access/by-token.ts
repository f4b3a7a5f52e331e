import { Principal } from "../../access/principal.ts";
import type { Tokens } from "../../access/tokens.ts";
import { credentialIn } from "./credentials.ts";
import type { Identify } from "./identify.ts";

/** Whoever has a token of this gateway is who it was made for. */
export const byToken =
  (tokens: Pick<Tokens, "verify">): Identify =>
  ({ headers, raw, ip }) => {
    const credential = credentialIn({ headers, rawHeaders: raw.rawHeaders });
    const token = credential === undefined ? undefined : tokens.verify(credential);
    return token && new Principal({ name: token.name, key: token.key, grants: token.grants, from: ip });
  };
