import type { Connection } from "./connection.ts";

/** How the Things of a gateway are reached. */
export interface Reach {
  readonly connection: Connection;
  /** What its configuration puts before the paths of Things and invocations; empty or `/api/v1`. */
  readonly prefix: string;
  /** How long a gateway may be away while an invocation is waited for, ms. */
  readonly bridgeMs: number;
}

export const thingPath = ({ prefix }: Reach, thing: string, ...names: readonly string[]) =>
  [prefix, ...[thing, ...names].map(encodeURIComponent)].join("/");
