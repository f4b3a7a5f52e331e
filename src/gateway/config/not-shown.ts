import { redact } from "../../redact.ts";

/** What stands where a secret may stand. */
export const notShown = "(not shown)";

const secretWords: ReadonlySet<string> = new Set([
  ...["password", "passwd", "passphrase", "passcode", "pass", "pwd", "secret", "token", "bearer", "webhook"],
  ...["credential", "auth", "authorization", "key", "apikey", "cookie", "session", "signature"],
]);
/** The last word of what names a place, and no secret. */
const places: ReadonlySet<string> = new Set(["file", "path", "variable", "credential"]);

/** Whether what a driver calls so may let somebody in: `apiKey`, `broker_password`, `passwords`; not `passwordFile`. */
export function mayBeSecret(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])|([A-Z]+)(?=[A-Z][a-z])/g, "$1$3 $2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== "");
  if (words.length > 1 && places.has(words.at(-1) ?? "")) return false;
  return words.some((word) => secretWords.has(word) || secretWords.has(word.replace(/s$/, "")));
}

/** What of an address lets somebody in, by its name in the query. */
const inQueries = /([?&;]([\w.%-]+)=)[^&;#\s"'\\]+/g;

/** A value in which nothing is left that may let anybody in, however deep. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === "string")
    return redact(value).replace(inQueries, (all, before: string, name: string) =>
      mayBeSecret(name) || /^sig$/i.test(name) ? `${before}[redacted]` : all,
    );
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, its]) => [
    name,
    mayBeSecret(name) ? notShown : withoutSecrets(its),
  ]);
  return Object.fromEntries(entries);
}
