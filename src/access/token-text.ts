import { randomBytes, randomInt } from "node:crypto";

/** The two halves of a token: what it is found by, and what only its owner knows. */
export interface TokenText {
  /** 12 of `0-9a-z`. */
  readonly id: string;
  /** 32 random bytes, base64url. */
  readonly secret: string;
}

const alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
const pattern = /^benchd_([0-9a-z]{12})_([A-Za-z0-9_-]{43})$/;
const idPattern = /^[0-9a-z]{12}$/;

export const isTokenId = (text: string): boolean => idPattern.test(text);

/** What a token says, to the letter; undefined for what is none. */
export function readToken(text: string): TokenText | undefined {
  const [, id, secret] = pattern.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}

export const tokenText = ({ id, secret }: TokenText): string => `benchd_${id}_${secret}`;

/** A token that nobody has had before. */
export function newToken(): TokenText {
  const id = Array.from({ length: 12 }, () => alphabet[randomInt(alphabet.length)]).join("");
  return { id, secret: randomBytes(32).toString("base64url") };
}
