import type { Config } from "../gateway/config/config.ts";

/** For somebody who has just started it and wonders what to do next. */
export function welcome(url: string, { things, prefix, file }: Config, mock: boolean): string {
  const names = [...things.keys()].join(", ") || "no Things yet";
  return [
    "",
    `  ${mock ? "The simulated bench" : "The bench"} of ${file} is open: ${names}`,
    "",
    `  Dashboard     ${url}/`,
    `  Its Things    ${url}${prefix}/things/`,
    "  End it        Ctrl+C",
    "",
  ].join("\n");
}
