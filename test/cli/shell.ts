import type { Shell } from "../../src/cli/shell.ts";

/** A process that a test plays: what was said, and the signals it is sent. */
export interface TestShell extends Shell {
  readonly printed: readonly string[];
  readonly told: readonly string[];
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  /** What the service manager was told. */
  readonly notified: readonly string[];
  /** How many listen for signals. */
  readonly listeners: number;
  signal(name: "SIGTERM" | "SIGINT"): void;
  fail(error: unknown): void;
  /** Resolves with the first log entry whose message fits, also when it has been written already. */
  hasLogged(message: RegExp): Promise<Readonly<Record<string, unknown>>>;
}

type Listener = (what: never) => void;

export function testShell(
  environment: Shell["environment"] = {},
  interactive = false,
  ask: Shell["ask"] = async () => undefined,
): TestShell {
  const printed: string[] = [];
  const told: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const notified: string[] = [];
  const signals = new Set<Listener>();
  const failures = new Set<Listener>();
  const waiting = new Set<() => void>();
  const add = (to: Set<Listener>, heard: Listener) => {
    to.add(heard);
    return () => void to.delete(heard);
  };
  return {
    printed,
    told,
    logged,
    notified,
    interactive,
    ask,
    environment,
    get listeners() {
      return signals.size + failures.size;
    },
    print: (text) => void printed.push(text),
    tell: (text) => void told.push(text),
    notify: (state) => notified.push(state) > 0,
    logTo: {
      write(line) {
        logged.push(line.startsWith("{") ? (JSON.parse(line) as Record<string, unknown>) : { msg: line });
        for (const look of waiting) look();
      },
    },
    onSignal: (heard) => add(signals, heard),
    onFatal: (heard) => add(failures, heard),
    signal: (name) => {
      for (const heard of [...signals]) heard(name as never);
    },
    fail: (error) => {
      for (const heard of [...failures]) heard(error as never);
    },
    hasLogged: (message) =>
      new Promise((resolve) => {
        const look = () => {
          const found = logged.find(({ msg }) => message.test(String(msg)));
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}
