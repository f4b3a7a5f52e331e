import { blocks } from "./commands/blocks.ts";

export interface Example {
  readonly name: string;
  readonly code: string;
}

/** The files that stand in the driver guide and its reference. */
export async function guideExamples(): Promise<readonly Example[]> {
  const pages = ["docs/driver-guide.md", "docs/driver-reference.md"];
  return blocks()
    .filter(({ page, language, name }) => pages.includes(page) && /^(ts|json)$/.test(language) && name !== "")
    .map(({ name, text }) => ({ name, code: text }));
}
