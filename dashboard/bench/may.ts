import type { About, Scope } from "./shapes.ts";

const scopes: readonly Scope[] = ["read", "operate", "configure", "admin"];

/** Whether there is anything that whoever looks may do that with. */
export function mayAnywhere(about: About | undefined, scope: Scope): boolean {
  return (about?.you.grants ?? []).some((grant) => scopes.indexOf(grant.scope) >= scopes.indexOf(scope));
}

/** Whether whoever looks may do that, with a Thing, or with the whole bench unless one is named; not until that is known. */
export function may(about: About | undefined, scope: Scope, thing?: string): boolean {
  return (about?.you.grants ?? []).some(
    (grant) =>
      scopes.indexOf(grant.scope) >= scopes.indexOf(scope) &&
      (grant.things === null || (thing !== undefined && grant.things.includes(thing))),
  );
}
