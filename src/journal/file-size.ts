import { stat } from "node:fs/promises";

/** In bytes; 0 where there is none, or nobody may look. */
export const fileSize = (file: string): Promise<number> =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );
