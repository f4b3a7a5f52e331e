/** What stands in the audit trail where nobody has a name. */
const ourOwn: ReadonlySet<string> = new Set([
  "this machine",
  "the gateway",
  "gateway",
  "benchd",
  "localhost",
  "many",
  "nobody",
  "anybody",
  "somebody",
  "somebody who has gone",
  "unknown",
]);

const maxLength = 64;

/** One spelling for names that nobody could tell apart. */
export const sameName = (name: string): string => name.normalize("NFKC").toLowerCase();

/** Why a token cannot have that name, under which its owner stands in the audit trail; undefined when it can. */
export function tokenNameMistake(name: string): string | undefined {
  const wanted = `letters, digits, spaces and . _ @ -, at most ${maxLength}, and beginning with a letter or a digit`;
  if (name.length > maxLength || !/^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]*( [\p{L}\p{M}\p{N}._@-]+)*$/u.test(name))
    return `"${name.slice(0, 2 * maxLength)}" cannot be a name: it has ${wanted}`;
  if (/^[\p{N}.]+$/u.test(name)) return `"${name}" could be taken for an address: add whose it is`;
  if (ourOwn.has(sameName(name))) return `"${name}" is what benchd says where it knows no name: take another`;
  return undefined;
}
