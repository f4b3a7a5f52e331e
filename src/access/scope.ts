/** What somebody may be allowed to do; each includes those before it. */
export const scopes = ["read", "operate", "configure", "admin"] as const;
export type Scope = (typeof scopes)[number];

export const includes = (held: Scope, needed: Scope): boolean => scopes.indexOf(held) >= scopes.indexOf(needed);
