import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { bench, benchd, listening, main, started } from "../installed.ts";
import { ctrlC, hasScript, inTerminal } from "./pty.ts";

let url = "";
beforeAll(async () => {
  writeFileSync(join(bench, "terminal.yaml"), "things: { counter: { driver: counter } }");
  url = await listening(benchd("serve", "--mock", "--config", "terminal.yaml", "--port", "0"));
});

const command = (...args: readonly string[]) => [process.execPath, main, ...args, "--url", url];
const count = (n: number) => command("invoke", "counter", "slow_count", "--n", String(n), "--delay", "0.1");

/** What stood in the last line, each time it was drawn. */
const drawn = (screen: string) => screen.split("\r").map((part) => part.split("\x1b[J")[0] ?? "");

/** The story of the command line with the compiled program, in terminals as people have them. */
describe.runIf(hasScript)("in a terminal (needs `script` of util-linux)", () => {
  test("a bar appears and is drawn again and again, with log lines above it; its end leaves nothing of it", async () => {
    const { screen, ended } = inTerminal(count(10));
    expect(await ended).toBe(0);
    const bars = drawn(screen()).filter((line) => /^counter\.slow_count \[#*\.*\] \d+% 0:0\d/.test(line));
    const percents = bars.map((bar) => Number(/(\d+)%/.exec(bar)?.[1]));
    expect(new Set(percents).size).toBeGreaterThan(3);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(screen()).toContain("\r\x1b[Jcounted 3 of 10\r\n");
    const [last, output] = screen().split("\r\n").slice(-3);
    expect(last).toContain("\r\x1b[J\x1b[32mcounter.slow_count is completed after ");
    expect(output).toMatch(/^\d+$/);
  });

  test("Ctrl-C cancels and waits for the end: 3", async () => {
    const { screen, type, ended } = inTerminal(count(1000));
    await expect.poll(screen).toContain("counted 2 of");
    type(ctrlC);
    expect(await ended).toBe(3);
    expect(screen()).toContain("Cancelling: waiting until it is safe");
    expect(screen()).toMatch(/cancelling\.\.\. /);
    expect(screen()).toMatch(/slow_count was cancelled after/);
  });

  test("Ctrl-C twice leaves it running, and says with what to go on: 4", async () => {
    const { screen, type, ended } = inTerminal(command("invoke", "counter", "uncancellable", "--seconds", "8"));
    await expect.poll(screen).toContain("counter.uncancellable [");
    type(ctrlC);
    await expect.poll(screen).toContain("Cancelling");
    // Faster than that it would be taken for the echo of the first.
    await expect.poll(() => drawn(screen()).filter((line) => line.includes("cancelling...")).length).toBeGreaterThan(2);
    type(ctrlC);
    expect(await ended).toBe(4);
    const [, id] = /left running, as ([\da-f-]{36})/.exec(screen()) ?? [];
    const answer = await fetch(`${url}/action_invocations/${id}`);
    expect(((await answer.json()) as { status: string }).status).toBe("running");
    expect(screen()).toContain(`benchd cancel ${id}`);
    await fetch(`${url}/action_invocations/${id}?wait=60`);
  });

  test.each([20, 30])("in %i columns the bar never wraps", async (columns) => {
    const { screen, ended } = inTerminal(count(8), { columns });
    expect(await ended).toBe(0);
    const bars = drawn(screen()).filter((line) => /^[^\n]*\d+% 0:0/.test(line));
    expect(bars.length).toBeGreaterThan(3);
    for (const bar of bars) expect(stripVTControlCharacters(bar).length).toBeLessThan(columns);
  });

  test.each([
    [{ TERM: "dumb" }, false],
    [{ NO_COLOR: "1" }, true],
  ])("with %j there is no colour", async (environment, hasBar) => {
    const { screen, ended } = inTerminal(count(3), { environment });
    expect(await ended).toBe(0);
    expect(screen()).not.toContain("\x1b[32m");
    expect([screen().includes("\x1b"), screen().includes("slow_count [")]).toEqual([hasBar, hasBar]);
    expect(screen()).toContain("is completed after");
  });

  test("piped into a file there is nothing but the output, and no control character", async () => {
    const { lines, ended, complaints } = started(process.execPath, command(...count(3).slice(2, -2)).slice(1), bench);
    const printed: string[] = [];
    lines.on("line", (line) => printed.push(line));
    expect(await ended).toBe(0);
    expect(printed).toEqual([expect.stringMatching(/^\d+$/)]);
    expect(complaints()).toMatch(/^counted 1 of 3\n/);
    expect(complaints()).not.toContain("\x1b");
  });
});
