import type { Config } from "../config/config.ts";

/** A configuration without what no message to a thread can hold: where its entries stand in their file. */
export type PortableConfig = Pick<Config, "file" | "directory" | "buses" | "gpio" | "interlocks"> & {
  readonly things: readonly Omit<Config["things"] extends ReadonlyMap<string, infer T> ? T : never, "at">[];
};

/** What a simulated bench is built by. No folder, no address and nobody's access is in it. */
export function portable({ file, directory, buses, gpio, interlocks, things }: Config): PortableConfig {
  return { file, directory, buses, gpio, interlocks, things: [...things.values()].map(({ at: _, ...rest }) => rest) };
}

/** As it was, to be opened with nothing but twins. */
export function restored({ things, ...rest }: PortableConfig): Config {
  const at = (...path: string[]) => [rest.file, ...path].join(": ");
  return {
    ...rest,
    listen: { host: "127.0.0.1", port: 0 },
    prefix: "",
    stateDirectory: undefined,
    allowedHosts: [],
    access: { auth: "none", toldAuth: undefined, emergencyStop: "token", origins: [], proxies: [] },
    things: new Map(things.map((entry) => [entry.name, { ...entry, at }])),
    at,
  };
}
