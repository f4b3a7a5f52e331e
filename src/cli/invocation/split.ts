import type { ParseArgsConfig } from "node:util";
import { UsageError } from "../usage.ts";

/** A command line of `invoke`, before anybody has asked what the action takes. */
interface Split {
  /** Our own options, with their values. */
  readonly own: readonly string[];
  readonly thing: string | undefined;
  readonly action: string | undefined;
  /** What is for the action. */
  readonly rest: readonly string[];
}

/** Tell our options from those of the action, which are known only when it is. Those stand behind its name. */
export function split(args: readonly string[], options: NonNullable<ParseArgsConfig["options"]>): Split {
  const own: string[] = [];
  const names: string[] = [];
  const rest: string[] = [];
  for (let n = 0; n < args.length; n++) {
    const arg = args[n] ?? "";
    const name = /^--([^=]+)/.exec(arg)?.[1];
    const option = name !== undefined && Object.hasOwn(options, name) ? options[name] : undefined;
    if (option) {
      own.push(arg);
      const next = args[n + 1];
      if (option.type === "string" && !arg.includes("=") && next !== undefined) {
        own.push(next);
        n++;
      }
    } else if (names.length === 2) rest.push(arg);
    else if (arg.startsWith("-"))
      throw new UsageError(`${arg} stands before the THING and the ACTION: what is for the action comes after it`);
    else names.push(arg);
  }
  return { own, thing: names[0], action: names[1], rest };
}
