import type { Output, Shell } from "../../src/cli/shell.ts";

/** A process that a test plays: what was said, and the signals it is sent. */
export interface TestShell extends Shell {
  readonly printed: readonly string[];
  readonly told: readonly string[];
  readonly logged: readonly Readonly<Record<string, unknown>>[];
  /** What the service manager was told. */
  readonly notified: readonly string[];
  /** How many listen for signals. */
  readonly listeners: number;
  /** All that was written, lines and the rest, as a terminal has it. */
  readonly screen: string;
  signal(name: "SIGTERM" | "SIGINT"): void;
  /** It is to read its configuration again. */
  hangUp(): void;
  /** The window is dragged. */
  resize(columns: number): void;
  fail(error: unknown): void;
  /** Resolves with the first log entry whose message fits, also when it has been written already. */
  hasLogged(message: RegExp): Promise<Readonly<Record<string, unknown>>>;
}

type Listener = (what: never) => void;

/** What a shell is connected to, if it is not to files. */
interface Connected {
  /** Both of its outputs are terminals so wide. */
  readonly columns?: number;
  /** What is piped in. */
  readonly input?: string;
}

export function testShell(
  environment: Shell["environment"] = {},
  interactive = false,
  ask: Shell["ask"] = async () => undefined,
  { columns, input = "" }: Connected = {},
): TestShell {
  let width = columns ?? 80;
  let screen = "";
  const resizing = new Set<() => void>();
  const output = (): Output => ({
    isTerminal: columns !== undefined,
    get columns() {
      return width;
    },
    gone: false,
    write: (text) => {
      screen += text;
    },
  });
  const printed: string[] = [];
  const told: string[] = [];
  const logged: Record<string, unknown>[] = [];
  const notified: string[] = [];
  const signals = new Set<Listener>();
  const failures = new Set<Listener>();
  const hangingUp = new Set<() => void>();
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
      return signals.size + failures.size + resizing.size + hangingUp.size;
    },
    get screen() {
      return screen;
    },
    print: (text) => {
      printed.push(text);
      screen += `${text}\n`;
    },
    tell: (text) => {
      told.push(text);
      screen += `${text}\n`;
    },
    stdout: output(),
    stderr: output(),
    onResize: (heard) => {
      resizing.add(heard);
      return () => void resizing.delete(heard);
    },
    resize: (to) => {
      width = to;
      for (const heard of [...resizing]) heard();
    },
    readInput: async () => input,
    notify: (state) => notified.push(state) > 0,
    logTo: {
      write(line) {
        logged.push(line.startsWith("{") ? (JSON.parse(line) as Record<string, unknown>) : { msg: line });
        for (const look of waiting) look();
      },
    },
    onSignal: (heard) => add(signals, heard),
    onFatal: (heard) => add(failures, heard),
    onHangUp: (heard) => {
      hangingUp.add(heard);
      return () => void hangingUp.delete(heard);
    },
    hangUp: () => {
      for (const heard of [...hangingUp]) heard();
    },
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
