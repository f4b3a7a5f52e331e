import { hash, randomBytes, timingSafeEqual } from "node:crypto";
import { validator } from "../schema.ts";
import { Type } from "../typebox.ts";
import type { Grant } from "./principal.ts";
import { scopes } from "./scope.ts";
import type { TokenText } from "./token-text.ts";

/** What is kept of a token: enough to know it again, and not enough to use it. */
export interface StoredToken {
  readonly version: 1;
  readonly id: string;
  /** Of whoever has it. */
  readonly name: string;
  readonly salt: string;
  /** SHA-256 of salt and secret: that has 256 random bits, so nothing slower keeps anybody from guessing it. */
  readonly hash: string;
  readonly grants: readonly Grant[];
  /** RFC 3339. */
  readonly created: string;
  /** RFC 3339; null for never. */
  readonly expires: string | null;
}

/** What is told of whom it is made for. */
export type TokenTerms = Pick<StoredToken, "name" | "grants" | "created" | "expires">;

const time = Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$" });
const schema = Type.Object(
  {
    version: Type.Literal(1),
    id: Type.String({ pattern: "^[0-9a-z]{12}$" }),
    name: Type.String({ minLength: 1, maxLength: 64 }),
    salt: Type.String({ pattern: "^[A-Za-z0-9_-]{22}$" }),
    hash: Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" }),
    grants: Type.Array(
      Type.Object(
        {
          scope: Type.Enum([...scopes]),
          things: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { minItems: 1, maxItems: 1000 })),
        },
        { additionalProperties: false },
      ),
      { minItems: 1, maxItems: 100 },
    ),
    created: time,
    expires: Type.Union([time, Type.Null()]),
  },
  { additionalProperties: false },
);

const digest = (salt: string, secret: string): Buffer => hash("sha256", salt + secret, "buffer");

/** What is kept of a new token. */
export function sealed({ id, secret }: TokenText, { name, grants, created, expires }: TokenTerms): StoredToken {
  const salt = randomBytes(16).toString("base64url");
  return { version: 1, id, name, salt, hash: digest(salt, secret).toString("base64url"), grants, created, expires };
}

/** Compared with where there is no such token, so that both take as long. */
const decoy = { salt: randomBytes(16).toString("base64url"), hash: randomBytes(32).toString("base64url") };

/** Whether it is the secret of that token; takes as long where there is none. */
export function isSecretOf(stored: StoredToken | undefined, secret: string): boolean {
  const { salt, hash: kept } = stored ?? decoy;
  const equal = timingSafeEqual(digest(salt, secret), Buffer.from(kept, "base64url"));
  return equal && stored !== undefined;
}

/** What a file says of the token `id`; undefined when that is damaged, or not of this version. */
export function readStored(text: string, id: string): StoredToken | undefined {
  const value = parsed(text);
  if (validator(schema).issues(value).length > 0) return undefined;
  const stored = value as StoredToken;
  const times = [stored.created, stored.expires ?? stored.created];
  return stored.id === id && times.every((one) => !Number.isNaN(Date.parse(one))) ? stored : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
