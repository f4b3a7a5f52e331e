import { afterAll, beforeAll, expect, test } from "vitest";
import { commands } from "./commands.ts";
import { isElsewhere, rowOf } from "./elsewhere.ts";
import { shapeFaults } from "./shape.ts";
import { builtProgram, canBeTyped, typed } from "./type.ts";

const here = commands().filter((command) => !isElsewhere(command));
const pages = [...new Set(here.map(({ page }) => page))];

let program: Awaited<ReturnType<typeof builtProgram>>;
beforeAll(async () => {
  if (canBeTyped) program = await builtProgram();
});
afterAll(() => program?.remove());

test.runIf(canBeTyped).each(pages)(
  "%s: each command does what the page says",
  (page) => {
    const wrong = typed(
      page,
      here.filter((command) => command.page === page),
      program.folder,
    ).flatMap((one) => {
      const { command, status, said } = one;
      const row = rowOf(command);
      // Who is interrupted ends with one of these.
      const ends = row?.cutOff === undefined ? [row?.status ?? 0] : [124, 130, 0];
      const at = `${page}:${command.line}: ${command.text}`;
      if (status === "none" || !ends.includes(status))
        return [`${at}\n  ended with ${status}, not ${ends[0]}:\n${said.slice(-1500)}`];
      return shapeFaults(command.shown, said).map((fault) => `${at}\n  ${fault}; it said:\n${said.slice(0, 1500)}`);
    });
    const remedy =
      "mend the page or the program; or give the page what it takes for granted in stands.ts, or the command a row in elsewhere.ts";
    expect(wrong.join("\n\n"), remedy).toBe("");
  },
  180_000,
);
