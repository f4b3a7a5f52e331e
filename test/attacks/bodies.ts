import type { RouteOptions } from "fastify";

/** A request that takes a body, at a Thing of the demonstration bench. */
export interface Target {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** Its body is held against a schema; the others are about what their path names, whatever comes with it. */
  readonly reads: boolean;
}

const readsNone = [
  /\/reset$/,
  /quarantine$/,
  /faults$/,
  /^DELETE/,
  /session$/,
  /\/:(?:run|schedule|recording)\/\w+$/,
  /answer$/,
];

const names: Readonly<Record<string, string>> = {
  thing: "counter",
  property: "gain",
  action: "increment",
  fault: "silence",
  interlock: "door_open",
  id: "00000000-0000-4000-8000-000000000000",
};

/** Every route that changes something, so that a body may come with it. What stops everything reads none. */
export function takingBodies(routes: readonly RouteOptions[]): readonly Target[] {
  return routes.flatMap(({ method: methods, url }) =>
    [methods].flat().flatMap((method) => {
      if (!(method === "POST" || method === "PUT" || method === "DELETE" || method === "PATCH")) return [];
      if (method === "POST" && url.startsWith("/emergency_stop")) return [];
      const affordance = method === "POST" && !url.endsWith("/reset") ? "increment" : "gain";
      const thing = url.startsWith("/mock/") ? "pump" : "counter";
      const filled = url.replaceAll(/:(\w+)/g, (_, name: string) => ({ ...names, affordance, thing })[name] ?? "x");
      const name = `${method} ${url}`;
      return [{ name, method, path: filled, reads: !readsNone.some((one) => one.test(name)) }];
    }),
  );
}
