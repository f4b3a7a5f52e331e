import { readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Example {
  readonly name: string;
  readonly code: string;
}

/** The files that stand in the driver guide and its reference. */
export async function guideExamples(): Promise<readonly Example[]> {
  const docs = join(import.meta.dirname, "../docs");
  const pages = ["driver-guide.md", "driver-reference.md"].map((name) => readFile(join(docs, name), "utf8"));
  const blocks = (await Promise.all(pages)).join("").matchAll(/^```(?:ts|json) (\S+)\n([\s\S]*?)^```$/gm);
  return [...blocks].map(([, name = "", code = ""]) => ({ name, code }));
}
