import type { About } from "./shapes.ts";

/** The address of something below a Thing: `pathOf(about, "pump", "lease")`. */
export const pathOf = (about: About | undefined, ...names: readonly string[]): string =>
  `${about?.prefix ?? ""}/${names.map(encodeURIComponent).join("/")}`;
