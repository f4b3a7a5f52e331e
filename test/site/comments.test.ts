import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./pages.ts";

const entries = ["src/driver.ts", "src/testing/index.ts", "src/client/index.ts"];

/** What a file hands on: each name, and the file that it is from. */
function exported(entry: string): readonly { readonly name: string; readonly file: string }[] {
  const text = readFileSync(join(root, entry), "utf8");
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "(.+)";$/gm)].flatMap(([, names = "", from = ""]) =>
    names
      .split(",")
      .map((name) => name.trim().replace(/^type /, ""))
      .filter((name) => name !== "")
      .map((name) => ({ name, file: join(dirname(entry), from) })),
  );
}

function isExplained(name: string, file: string): boolean {
  const further = exported(file).find((one) => one.name === name);
  if (further) return isExplained(name, further.file);
  const kinds = "(?:abstract |async )?(?:interface|type|class|const|function\\*?)";
  return new RegExp(`\\*/\\nexport ${kinds} ${name}\\b`).test(readFileSync(join(root, file), "utf8"));
}

test.each(entries)("%s says what it is, and hands on nothing that says not what it means", (entry) => {
  expect(readFileSync(join(root, entry), "utf8")).toMatch(/^\/\*\* \S/);
  const names = exported(entry);
  expect(names.length).toBeGreaterThan(15);
  // From a package, which has its own page.
  const ours = names.filter(({ file }) => !file.endsWith("typebox.ts"));
  const silent = ours.filter(({ name, file }) => !isExplained(name, file));
  expect(silent, "each needs a comment /** … */ directly above its declaration").toEqual([]);
});
