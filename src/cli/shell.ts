import type { DestinationStream } from "pino";
import type { Journal } from "./systemd/journal.ts";
import type { Notify } from "./systemd/notify.ts";

/** Where what is said goes to: a terminal, a file, or another program. */
export interface Output {
  readonly isTerminal: boolean;
  /** Characters in a line; 80 where nobody knows. */
  readonly columns: number;
  /** Nobody reads it any more, as after `| head`. */
  readonly gone: boolean;
  /** As it is, without an end of the line. */
  write(text: string): void;
}

/** What a command has of the process it runs in. `main.ts` makes the real one, a test one of its own. */
export interface Shell {
  /** A line for whoever asked for it. */
  print(text: string): void;
  /** A line for whoever looks on; never mixed with what was asked for. */
  tell(text: string): void;
  /** What `print` writes to. */
  readonly stdout: Output;
  /** What `tell` writes to. */
  readonly stderr: Output;
  /** `heard` is called when a terminal has become wider or narrower, until what this returns is called. */
  onResize(heard: () => void): () => void;
  /** All that is piped in, in UTF-8. Throws a `UsageError` when it is more than `maxBytes`. */
  readInput(maxBytes: number): Promise<string>;
  /** Put a question to whoever sits in front of it, and wait for his line; undefined when there are no more. */
  ask(question: string): Promise<string | undefined>;
  /** Somebody sits in front of it. */
  readonly interactive: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly logTo: DestinationStream;
  /** Takes what is logged as fields, where standard output is the journal. */
  readonly journal?: Pick<Journal, "write"> | undefined;
  /** Tell the service manager something; does nothing where there is none. */
  readonly notify: Notify;
  /** `heard` gets each SIGTERM and SIGINT, until what this returns is called. */
  onSignal(heard: (signal: string) => void): () => void;
  /** `heard` is called at each SIGHUP, until what this returns is called. */
  onHangUp(heard: () => void): () => void;
  /** `heard` gets what nobody has caught. */
  onFatal(heard: (error: unknown) => void): () => void;
}

/** A command of the command line; `run` returns the exit status. */
export interface Command {
  readonly usage: string;
  readonly summary: string;
  /** One line an option. */
  readonly help: readonly string[];
  /** What helps with just these arguments; undefined: the same as always. */
  helpFor?(args: readonly string[], shell: Shell): Promise<readonly string[] | undefined>;
  run(args: readonly string[], shell: Shell): Promise<number>;
}
