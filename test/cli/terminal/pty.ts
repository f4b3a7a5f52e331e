import { spawn, spawnSync } from "node:child_process";

/** What opens a pseudo-terminal and makes it the controlling one of what it runs, so that a typed Ctrl-C is a signal. */
export const hasScript = spawnSync("script", ["--version"]).status === 0;

/** A command in a terminal of its own, by `script` of util-linux. */
export function inTerminal(command: readonly string[], { columns = 80, environment = {} } = {}) {
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const line = `stty cols ${columns} rows 24; exec ${quoted}`;
  const { NO_COLOR: _, ...rest } = process.env;
  const env = { ...rest, TERM: "xterm", ...environment };
  const child = spawn("script", ["-qefc", line, "/dev/null"], { env, stdio: ["pipe", "pipe", "inherit"] });
  let screen = "";
  child.stdout.on("data", (data) => {
    screen += data;
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    /** All that was written, with what moves the cursor. */
    screen: () => screen,
    type: (text: string) => void child.stdin.write(text),
    ended,
    kill: () => child.kill("SIGKILL"),
  };
}

export const ctrlC = "\x03";
