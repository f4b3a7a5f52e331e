import { namesAt } from "./completion/names.ts";
import { scripts } from "./completion/scripts.ts";
import { wantedIn } from "./completion/wanted.ts";
import type { Command } from "./shell.ts";
import { status } from "./status.ts";
import { readArguments, UsageError } from "./usage.ts";

/** Characters that no shell makes anything of. What has others is not offered: it may be anybody's. */
const harmless = /^[\w.:@/+-]+$/;
const most = 1000;

/** Of all commands that there are. */
export function completionOf(commands: Readonly<Record<string, () => Promise<Command>>>): Command {
  return {
    usage: "benchd completion bash | zsh | fish",
    summary:
      "Print what a shell needs to complete commands, options, and the names of the Things of a running gateway.",
    help: [
      "bash   for ~/.bashrc, or a file of /etc/bash_completion.d",
      "zsh    for a file _benchd in a folder of $fpath, or for ~/.zshrc",
      "fish   for ~/.config/fish/completions/benchd.fish",
      "",
      "A gateway is asked for its names at each completion, and has 300 ms; when it does not answer, nothing is said.",
      "It is that of --url and --token-file, where the line says so, else of BENCHD_URL and BENCHD_TOKEN, or the usual.",
    ],

    async run(args, shell) {
      const [what = ""] = args;
      if (what === "words") {
        // What is completed has options of its own.
        const line = args.slice(args[1] === "--" ? 2 : 1);
        const load = async (name: string) => commands[name]?.();
        const { words, names, options } = await wantedIn(line, Object.keys(commands), load);
        const begun = line.at(-1) ?? "";
        const asked = names ? await namesAt({ ...names, begun, options }, shell) : [];
        const fitting = [...new Set([...words, ...asked])].filter((one) => one.startsWith(begun) && harmless.test(one));
        for (const one of fitting.slice(0, most)) shell.print(one);
        return status.ok;
      }
      readArguments(args, {}, ["the shell (bash, zsh or fish)"]);
      const script = Object.hasOwn(scripts, what) ? scripts[what] : undefined;
      if (script === undefined) throw new UsageError(`there is nothing for "${what}": say bash, zsh or fish`);
      shell.print(script);
      return status.ok;
    },
  };
}
