import type { Clock } from "../../src/clock.ts";
import type { LogLevel, Work, WorkKind } from "../../src/context.ts";
import { runAs } from "../../src/context.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { type BenchdError, FencedError, InvocationCancelledError } from "../../src/errors.ts";
import type { OpenByteStream } from "../../src/transport/byte-stream.ts";
import { type ConnectionSettings, type OpenConnection, openConnection } from "../../src/transport/connection.ts";
import { Line } from "../../src/transport/line.ts";
import { lines } from "../../src/transport/lines.ts";
import { type MemoryLink, memoryLink } from "../../src/transport/memory-stream.ts";
import { Recorder } from "../../src/transport/recorder.ts";
import type { SerialOptions } from "../../src/transport/serial.ts";

/** What the device does with a command: the text it answers and when. */
export type Reply = { readonly text: string; readonly afterMs?: number };
export type Behaviour = (command: string) => readonly Reply[];

export interface Dialogue {
  readonly clock: DiscreteClock;
  readonly link: MemoryLink;
  readonly connection: OpenConnection<string>;
  /** What the device has understood, in order. */
  readonly commands: string[];
  readonly alarms: BenchdError[];
  readonly losses: Error[];
  readonly logged: string[];
  readonly recorder: Recorder;
  /** How many timers of the connection wait on the clock. */
  timers(): number;
  answer(behaviour: Behaviour): void;
  say(text: string): void;
}

export const say = (text: string, afterMs = 5): readonly Reply[] => [{ text, afterMs }];
export const silent: Behaviour = () => [];
/** Every command is answered by itself in angle brackets. */
export const echo: Behaviour = (command) => say(`<${command}>`);

/** A connection on a port of its own. */
export const openAlone = <M>({
  open,
  ...settings
}: { readonly open: OpenByteStream; readonly recorder?: Recorder } & Omit<
  ConnectionSettings<M>,
  "line" | "recorder"
>) =>
  openConnection<M>({
    recorder: new Recorder(settings.clock),
    ...settings,
    line: new Line({ name: settings.name, clock: settings.clock, open, shared: false }),
  });

/** A connection on a line that may outlive it, which tells nobody anything but its loss. */
export const openOn = <M>(
  line: Line<M>,
  {
    name = "pump",
    ...rest
  }: Pick<ConnectionSettings<M>, "clock" | "options" | "lost"> & Partial<ConnectionSettings<M>>,
) => openConnection<M>({ line, name, recorder: new Recorder(rest.clock), alarm() {}, log() {}, ...rest });

/** A connection to a device that answers lines, on a clock that stands still until it is moved. */
export async function dialogue(options: Partial<SerialOptions<string>> = {}, chunkBytes = 64): Promise<Dialogue> {
  const clock = new DiscreteClock();
  const link = memoryLink(clock, { chunkBytes });
  const commands: string[] = [];
  const alarms: BenchdError[] = [];
  const losses: Error[] = [];
  const logged: string[] = [];
  const recorder = new Recorder(clock);
  const counted = countingTimers(clock);
  let behave: Behaviour = echo;
  let input = "";
  const send = (text: string) => link.device.send(Buffer.from(text, "latin1"));
  link.device.onReceive((bytes) => {
    input += Buffer.from(bytes).toString("latin1");
    for (let end = input.indexOf("\n"); end >= 0; end = input.indexOf("\n")) {
      const command = input.slice(0, end);
      input = input.slice(end + 1);
      commands.push(command);
      for (const { text, afterMs = 5 } of behave(command)) clock.after(afterMs, () => send(`${text}\n`));
    }
  });
  const connection = await openAlone<string>({
    open: link.open,
    options: { baudRate: 1_000_000, codec: lines("\n"), ...options },
    name: "pump",
    clock: counted.clock,
    recorder,
    alarm: (error) => alarms.push(error),
    lost: (error) => losses.push(error),
    log: (level: LogLevel, message) => logged.push(`${level}: ${message}`),
  });
  return {
    clock,
    link,
    connection,
    commands,
    alarms,
    losses,
    logged,
    recorder,
    timers: counted.timers,
    answer: (behaviour) => {
      behave = behaviour;
    },
    say: (text) => send(`${text}\n`),
  };
}

/** The same time, and how many of the timers that were set here have neither fired nor been cancelled. */
export function countingTimers(clock: DiscreteClock): { readonly clock: Clock; timers(): number } {
  const waiting = new Set<object>();
  return {
    timers: () => waiting.size,
    clock: {
      now: () => clock.now(),
      after(ms, run) {
        const timer = clock.after(ms, () => {
          waiting.delete(timer);
          run();
        });
        waiting.add(timer);
        return {
          cancel() {
            waiting.delete(timer);
            timer.cancel();
          },
        };
      },
    },
  };
}

/** Work that a test can cancel and fence. */
export class TestWork {
  readonly #cancel = new AbortController();
  readonly #fence = new AbortController();
  readonly work: Work;

  constructor(clock: DiscreteClock, kind: WorkKind = "run") {
    this.work = { kind, thing: "pump", clock, signal: this.#cancel.signal, fence: this.#fence.signal, log: () => {} };
  }

  run<T>(task: () => T): T {
    return runAs(this.work, task);
  }

  cancel(): void {
    this.#cancel.abort(new InvocationCancelledError("cancelled", "client"));
  }

  /** As the ladder does it: the fence ends waits too, also where nobody has cancelled. */
  fence(): void {
    const fenced = new FencedError("fenced");
    this.#fence.abort(fenced);
    this.#cancel.abort(fenced);
  }
}

/** Ask as work of some kind. */
export const as = <T>({ clock }: Dialogue, kind: WorkKind, task: () => T): T => new TestWork(clock, kind).run(task);

/** How a promise ended: its value, or the name of its error. */
export const outcome = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    (value) => value,
    (error: Error) => error.name,
  );
