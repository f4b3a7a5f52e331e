/** What stands where a secret stood. */
const redacted = "[redacted]";

/**
 * Tokens and sessions of ours, also those that were cut off, and in a URL. Of a token its id is left, which opens nothing and tells
 * which it was.
 */
const ours = /(benchd(?:_|%5f)[0-9a-z]{12}(?:_|%5f))[\w%-]+/gi;

/** What authorises in a request, whosever it is. The name of the scheme is left. */
const schemes = /\b(bearer|basic)( +|%20|\+)[\w.~+/%-]{4,}=*/gi;
const headers = /(authorization(?:\\*["'])?\s*[:=]\s*(?:\\*["'])?)(?!(?:bearer|basic)\b)[^\s"'\\,;}\]]+/gi;
const inUrls = /((?:[?&;]|\b)(?:access_)?token(?:=|%3d))[^\s"'\\&#<>;,)}\]]+/gi;
const passwords = /(\b[a-z][a-z\d+.-]{0,30}:\/\/[^\s/?#"'\\:@]*:)[^\s/?#"'\\@]+(?=@)/gi;

/** Also without its end, and as it stands in JSON, which stays JSON. */
const keys = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?="|$))/g;

/** Where none of these stands there is nothing to be looked for. */
const marks = /benchd[_%]|bearer|basic|authorization|token|:\/\/|-----BEGIN/i;

/**
 * A text in which nothing is left that lets anybody in: our tokens and sessions, Authorization headers, `?token=`, passwords in
 * URLs, private keys. JSON stays JSON.
 */
export function redact(text: string): string {
  if (!marks.test(text)) return text;
  return redactOurs(text)
    .replace(schemes, `$1$2${redacted}`)
    .replace(headers, `$1${redacted}`)
    .replace(inUrls, `$1${redacted}`)
    .replace(keys, redacted)
    .replace(passwords, `$1${redacted}`);
}

/** A text without our own tokens and sessions: for answers, which may well speak of others. */
export const redactOurs = (text: string): string => text.replace(ours, `$1${redacted}`);

/** Whether it holds a token or a session of ours. */
export function holdsSecret(text: string): boolean {
  ours.lastIndex = 0;
  return ours.test(text);
}
