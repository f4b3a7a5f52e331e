import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle } from "../../bundle/bundle.ts";
import { root } from "../site/pages.ts";
import type { Command } from "./commands.ts";
import { rowOf } from "./elsewhere.ts";
import { standOf } from "./stands.ts";

/** Needs namespaces of its own: on Linux, and with iproute2. */
const own = process.getuid?.() === 0 ? "-mnpf" : "-Urmnpf";
export const canBeTyped =
  spawnSync("unshare", [own, "--kill-child", "--mount-proc", "ip", "link", "set", "lo", "up"]).status === 0 &&
  ["curl", "jq"].every((program) => spawnSync(program, ["--version"]).status === 0);

/** What came of a command. */
export interface Typed {
  readonly command: Command;
  /** `none` when it has not ended, or was never reached. */
  readonly status: number | "none";
  readonly said: string;
}

/** The built program, in a folder of its own that `remove` takes away. */
export async function builtProgram() {
  const folder = mkdtempSync(join(tmpdir(), "benchd-typed-"));
  await bundle(join(folder, "dist/benchd"));
  for (const part of ["package.json", "templates", "node_modules"]) symlinkSync(join(root, part), join(folder, part));
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

/** Type the commands of a page, one after the other in one shell, on a machine of its own with a gateway of simulated devices. */
export function typed(page: string, commands: readonly Command[], program: string): readonly Typed[] {
  const { bench = "", before = "", placeholders = {}, timeScale = 20, gateway = true } = standOf(page);
  const folder = mkdtempSync(join(tmpdir(), "benchd-page-"));
  const told = join(folder, "told");
  const stand = join(folder, "stand");
  for (const part of [told, stand]) mkdirSync(part);
  try {
    writeFileSync(join(told, "bench"), `set -eu\n${bench}\n`);
    const script = commands.map(({ text, page }, i) => {
      const cutOff = rowOf({ page, text })?.cutOff;
      const fills = Object.entries(placeholders).filter(([from]) => text.includes(from));
      const values = fills.map(([from, to]) => `${quoted(from)} "${to}"`).join(" ");
      const filled = `"$(filled ${quoted(text)} ${values})"`;
      const limited = `timeout --signal=INT --kill-after=5 ${cutOff} bash -c ${filled}`;
      // Otherwise not in a shell of its own: what is set here counts further down.
      return `{ ${cutOff ? limited : `eval ${filled}`}\n} >"$TOLD/${i}.said" 2>&1 </dev/null\necho $? >"$TOLD/${i}.status"\n`;
    });
    writeFileSync(join(told, "typed"), `{ :\n${before}\n} >"$TOLD/before.said" 2>&1\n${script.join("")}`);
    const { VITEST: _, NODE_OPTIONS: __, ...environment } = process.env;
    const { stderr } = spawnSync(
      "unshare",
      [own, "--kill-child", "--mount-proc", "bash", join(root, "test/commands/stand.sh")],
      {
        encoding: "utf8",
        timeout: 170_000,
        killSignal: "SIGKILL",
        env: {
          ...environment,
          ...{ PROJECT: root, PROGRAM: program, STAND: stand, TOLD: told },
          ...{ SCALE: String(timeScale), GATEWAY: gateway ? "yes" : "no" },
        },
      },
    );
    const text = (name: string) => readFileSync(join(told, name), { encoding: "utf8", flag: "a+" });
    const why = () => [stderr, text("bench.said"), text("before.said"), text("gateway").slice(-2000)].join("\n").trim();
    return commands.map((command, i) => {
      const status = text(`${i}.status`).trim();
      return {
        command,
        status: status === "" ? "none" : Number(status),
        said: text(`${i}.said`) || (status === "" ? why() : ""),
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
