import { readable } from "../readable.ts";

/** What a handler of a driver's gives; what it throws is cut to what somebody may read. */
export function handled<T>(handler: () => T | Promise<T>): T | Promise<T> {
  try {
    const result = handler();
    if (!(result instanceof Promise)) return result;
    return result.catch((error: unknown) => {
      throw readable(error);
    });
  } catch (error) {
    throw readable(error);
  }
}
