import { type Block, blocks } from "./blocks.ts";

/** What somebody types, over as many lines as it takes. */
export interface Command {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  /** What the page shows as its output; empty where it shows none. */
  readonly shown: string;
}

const shells: ReadonlySet<string> = new Set(["sh", "bash", "shell", "console"]);

/** Every command of every page, in the order of the pages and of the lines. */
export const commands = (): readonly Command[] => blocks().flatMap(commandsOf);

export function commandsOf(block: Block): readonly Command[] {
  if (!shells.has(block.language)) return [];
  const found: { page: string; line: number; text: string; shown: string }[] = [];
  let open = false;
  for (const [i, line] of block.text.split("\n").entries()) {
    const last = found.at(-1);
    if (open && last) last.text += `\n${line}`;
    else if (block.language === "console" && !line.startsWith("$ ")) {
      if (last && line !== "") last.shown += `${line}\n`;
      continue;
    } else {
      const text = line.replace(/^\$ /, "");
      if (/^\s*(#|$)/.test(text)) continue;
      found.push({ page: block.page, line: block.line + i, text, shown: "" });
    }
    open = goesOn(found.at(-1)?.text ?? "");
  }
  return found;
}

/** Whether a shell would wait for more: in quotes, in brackets, behind a backslash. */
function goesOn(text: string): boolean {
  let quote = "";
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const sign = text[i] ?? "";
    if (sign === "\\" && quote !== "'") {
      if (++i >= text.length) return true;
    } else if (quote) {
      if (sign === quote) quote = "";
    } else if (sign === "'" || sign === '"') quote = sign;
    else if (sign === "(") depth++;
    else if (sign === ")") depth--;
    else if (sign === "#" && /\s/.test(text[i - 1] ?? " ")) while (i + 1 < text.length && text[i + 1] !== "\n") i++;
  }
  return quote !== "" || depth > 0;
}
