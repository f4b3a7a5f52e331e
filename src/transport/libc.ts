import { PortMissingError } from "../errors.ts";

/** Loaded when first needed: the mock bench does without. */
export async function loadLibc(purpose: string) {
  try {
    const { default: koffi } = await import("koffi");
    return { libc: koffi.load("libc.so.6"), errno: () => koffi.errno() };
  } catch (cause) {
    throw new PortMissingError(`${purpose} need Linux with glibc: use a twin in memory here`, { cause });
  }
}
