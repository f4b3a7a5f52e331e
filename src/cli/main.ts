#!/usr/bin/env node
import "./heap.ts";
import { pino } from "pino";
import { bounded } from "../bounded.ts";
import { realClock } from "../clock.ts";
import { lineAsker } from "./line-asker.ts";
import { outputTo } from "./output.ts";
import { readInput } from "./read-input.ts";
import { run } from "./run.ts";
import type { Shell } from "./shell.ts";
import { openJournal } from "./systemd/journal.ts";
import { openNotify } from "./systemd/notify.ts";

/** What is logged faster than it can be read is dropped beyond this: no instrument waits for a log. */
const maxLogBytes = 4 * 1024 * 1024;
/** How long the journal has for what was said last; milliseconds. */
const journalWithinMs = 2000;

const logTo = pino.destination({ dest: 1, sync: false, maxLength: maxLogBytes });
// Whoever reads us may go away (`benchd serve | head`); the instruments stay.
logTo.on("error", () => {});
const journal = openJournal(process.env);
const stdout = outputTo(process.stdout);
const stderr = outputTo(process.stderr);

const shell: Shell = {
  print: (text) => stdout.write(`${text}\n`),
  tell: (text) => stderr.write(`${text}\n`),
  ...{ stdout, stderr },
  onResize: (heard) => {
    const streams = [process.stdout, process.stderr];
    for (const stream of streams) stream.on("resize", heard);
    return () => {
      for (const stream of streams) stream.off("resize", heard);
    };
  },
  readInput: (maxBytes) => readInput(process.stdin, maxBytes),
  ask: lineAsker(process.stdin, process.stdout),
  interactive: process.stdout.isTTY === true,
  environment: process.env,
  ...{ logTo, journal },
  notify: await openNotify(process.env),
  onSignal: (heard) => listen(["SIGTERM", "SIGINT"], heard),
  onHangUp: (heard) => listen(["SIGHUP"], () => heard()),
  onFatal: (heard) => listen(["uncaughtException", "unhandledRejection"], heard),
};

const status = await run(process.argv.slice(2), shell);
// What it has refused by then are lines.
await bounded(realClock, journalWithinMs, journal?.drained() ?? Promise.resolve()).catch(() => {});
flush();
// Not by waiting for the event loop to run dry: a device that cannot be closed must not keep the process.
process.exit(status);

function listen<T>(events: readonly string[], heard: (what: T) => void): () => void {
  for (const event of events) process.on(event, heard);
  return () => {
    for (const event of events) process.off(event, heard);
  };
}

function flush(): void {
  try {
    logTo.flushSync();
  } catch {
    // Nobody reads the log any more.
  }
}
