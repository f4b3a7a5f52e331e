import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Rule } from "../rule.ts";
import type { Stand } from "../stand.ts";

/** As `readSoakBench` has it. */
export const maxBlobs = 30;

/** While drafts are written and what has gone is removed there may be some more. */
const underWay = 20;

function filesIn({ disk }: Stand): number {
  const folder = join(disk.directory, "blobs");
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

export const blobs: Rule = {
  number: "R8",
  holds: "blobs are bounded, and there are no files of others",
  watch: (stand, broken) => ({
    checked() {
      const { count } = stand.gateway.blobs.extent;
      const files = filesIn(stand);
      if (count > maxBlobs) broken(`${count} blobs are kept: more than ${maxBlobs}`);
      if (files > 2 * count + underWay) broken(`${files} files are there of ${count} blobs`);
    },
    calmed() {
      const { count } = stand.gateway.blobs.extent;
      const files = filesIn(stand);
      if (files !== 2 * count) broken(`${files} files are there of ${count} blobs when all is calm`);
    },
  }),
};
