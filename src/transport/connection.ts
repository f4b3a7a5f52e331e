import type { Clock } from "../clock.ts";
import {
  ambient,
  assertUnfenced,
  currentSignal,
  type LogLevel,
  runAs,
  runNarrowed,
  type Work,
  wait,
} from "../context.ts";
import { type BenchdError, DefinitionError, DeviceTimeoutError, DisconnectedError } from "../errors.ts";
import type { Recorded } from "../transcript.ts";
import { deviceStarted } from "./device-start.ts";
import type { Expected } from "./exchange.ts";
import { onTheWayMs } from "./exchange-under-way.ts";
import { Group } from "./group.ts";
import type { Line } from "./line.ts";
import { Liveness } from "./liveness.ts";
import { modemOf } from "./modem.ts";
import { Reception } from "./reception.ts";
import type { Recorder } from "./recorder.ts";
import type { BreakInOptions, Connection, ExchangeOptions, Modem, SerialOptions } from "./serial.ts";
import type { Station } from "./station.ts";
import type { Wire } from "./wire.ts";

export interface ConnectionSettings<M> {
  readonly line: Line<M>;
  readonly options: SerialOptions<M>;
  /** The Thing it belongs to. */
  readonly name: string;
  /** The bench clock. */
  readonly clock: Clock;
  /** What went over the line. */
  readonly recorder: Recorder;
  /** A reply, or getting back into step, told of something that ends the running invocation. */
  alarm(error: BenchdError): void;
  /** The device has gone; called at most once, and not when it was us who closed. */
  lost(error: Error): void;
  log(level: LogLevel, message: string): void;
}

const defaultReplyTimeoutMs = 1000;

/** As the gateway sees it. */
export interface OpenConnection<M> extends Connection<M> {
  /** The driver could make nothing of a reply: it may have been the answer to something else. */
  doubt(): void;
  /** The line is flooded with what nobody asked for, or was within the last 10 s. */
  readonly noisy: boolean;
}

export async function openConnection<M>(settings: ConnectionSettings<M>): Promise<OpenConnection<M>> {
  assertUnfenced();
  const { options, line, name, recorder, log, alarm, lost } = settings;
  const { probe, checks = [], ...recipe } = options.resync ?? {};
  const probeBytes = probe === undefined ? undefined : options.codec.encode(probe);
  const encodedChecks = checks.map((check) => ({
    bytes: options.codec.encode(check.ask),
    accepts: (reply: M) => check.accepts(reply),
  }));
  const longest = Math.max(
    0,
    ...[probeBytes, ...encodedChecks.map(({ bytes }) => bytes)].map((asked) => asked?.length ?? 0),
  );
  const reception = new Reception(settings);
  if (options.livenessMs !== undefined && !probeBytes)
    throw new DefinitionError(`${name} cannot be asked whether it is there: its livenessMs needs a resync.probe`);
  if (checks.length > 0 && (!probeBytes || !recipe.accepts))
    throw new DefinitionError(
      `${name} cannot be checked: resync.checks need a probe, and an accepts that knows its answer`,
    );
  let over = false;
  let liveness: Liveness | undefined;
  const ended = () => {
    over = true;
    liveness?.stop();
  };
  const station: Station<M> = {
    name,
    recorder,
    echo: options.echo ?? false,
    recipe: {
      ...recipe,
      probe: probeBytes,
      checks: encodedChecks,
      timeoutMs: (options.replyTimeoutMs ?? defaultReplyTimeoutMs) + onTheWayMs({ length: longest }, options.baudRate),
    },
    log,
    alarm,
    lost(error) {
      ended();
      line.closed.catch((failure) => log("warning", `the port of ${name} did not close: ${failure}`));
      lost(error);
    },
    decode: (bytes) => reception.decode(bytes),
    forget: () => reception.forget(),
  };
  const wire = await joined(line, station, options);
  reception.wire = {
    receive: (message, fault) => wire.receive(station, message, fault),
    garbage: (bytes, why) => wire.garbage(station, bytes, why),
  };
  reception.restarted = () => wire.restart(station);
  try {
    wire.regain(station, await deviceStarted(reception, { ...settings, quietMs: wire.openQuietMs }));
  } catch (error) {
    wire.leave(station, new DisconnectedError(`nobody waits for ${name} any more`));
    throw error;
  }
  if (!over) liveness = livenessOf(wire, station, settings);
  reception.onData = () => liveness?.heard();
  return new WireConnection(wire, station, reception, { ...settings, ended });
}

/** A line that is open after its caller was cancelled is left again. */
async function joined<M>(line: Line<M>, station: Station<M>, options: SerialOptions<M>): Promise<Wire<M>> {
  const joining = line.join(station, options);
  try {
    return await wait<Wire<M>>(({ resolve, reject }) => {
      joining.then(resolve, reject);
      return () => {};
    });
  } catch (error) {
    const nobody = new DisconnectedError(`nobody waits for ${station.name} any more`);
    joining.then((wire) => wire.leave(station, nobody)).catch(() => {}); // Nobody is left to be told.
    throw error;
  }
}

/** Ask a silent device from time to time; undefined where the driver does not want that. */
function livenessOf<M>(wire: Wire<M>, station: Station<M>, { options, clock }: ConnectionSettings<M>) {
  const { probe } = station.recipe;
  const { livenessMs, replyTimeoutMs: timeoutMs = defaultReplyTimeoutMs } = options;
  if (livenessMs === undefined || !probe) return undefined;
  const question = { station, bytes: probe, expected: "one", timeoutMs, kind: "poll", group: undefined } as const;
  const heedless = { resolve() {}, reject() {} };
  return new Liveness(clock, livenessMs, () => void wire.ask(question, heedless));
}

interface Ended {
  /** The connection is over, whoever ended it. */
  ended(): void;
}

class WireConnection<M> implements OpenConnection<M> {
  readonly modem: Modem | undefined;
  readonly #wire: Wire<M>;
  readonly #station: Station<M>;
  readonly #reception: Reception<M>;
  readonly #settings: ConnectionSettings<M> & Ended;
  readonly #replyTimeoutMs: number;

  constructor(wire: Wire<M>, station: Station<M>, reception: Reception<M>, settings: ConnectionSettings<M> & Ended) {
    this.#reception = reception;
    this.#wire = wire;
    this.#station = station;
    this.#settings = settings;
    this.modem = wire.modem && modemOf(wire.modem, settings.clock);
    this.#replyTimeoutMs = settings.options.replyTimeoutMs ?? defaultReplyTimeoutMs;
  }

  get noisy(): boolean {
    return this.#reception.noisy;
  }

  request(message: M, options?: ExchangeOptions): Promise<M> {
    return this.#exchange(message, "one", options, (replies) => replies[0] as M);
  }

  send(message: M): Promise<void> {
    return this.#exchange(message, "nothing", undefined, () => undefined);
  }

  collect(message: M, last: (reply: M) => boolean, options?: ExchangeOptions): Promise<readonly M[]> {
    return this.#exchange(message, last, options, (replies) => replies);
  }

  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    const here = ambient();
    if (!here) return runAs(this.#freeWork(), () => this.exclusive(work));
    if (this.#wire.turns.holder?.includes(here.group)) return work();
    const { fence } = here.work;
    const group = await this.#hold(here.work, here.group);
    // A handler that is cut off must not keep the wire from the stop that follows.
    const letGo = () => this.#wire.release(group, true);
    fence.addEventListener("abort", letGo);
    let finished = false;
    try {
      assertUnfenced();
      const result = await runNarrowed({ group }, work);
      finished = true;
      return result;
    } finally {
      fence.removeEventListener("abort", letGo);
      const cancelled = currentSignal()?.aborted || fence.aborted;
      this.#wire.release(group, !finished && cancelled);
    }
  }

  async breakIn(message: M, options: BreakInOptions = {}): Promise<void> {
    assertUnfenced();
    ambient()?.work.invocation?.brokeIn();
    const written = this.#wire.breakIn(this.#station, this.#settings.options.codec.encode(message), options);
    const { name, clock } = this.#settings;
    await wait<void>(({ resolve, reject }) => {
      written.then(resolve, (cause) =>
        reject(new DisconnectedError(`${name} was lost before it had taken the stop`, { cause, outcome: "unknown" })),
      );
      const timer = clock.after(this.#replyTimeoutMs, () =>
        reject(
          new DeviceTimeoutError(`the port of ${name} does not take the stop: switch it off by hand`, {
            outcome: "unknown",
          }),
        ),
      );
      return () => timer.cancel();
    });
  }

  doubt(): void {
    this.#wire.doubt(this.#station);
  }

  /** Resolves when the port is free, or others still use it. */
  close(): Promise<void> {
    const { name, line, ended } = this.#settings;
    ended();
    this.#wire.leave(this.#station, new DisconnectedError(`the connection to ${name} is closed`));
    return this.#wire.over ? line.closed : Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One promise for all of it: a device is asked often. */
  #exchange<T>(
    message: M,
    expected: Expected<M>,
    { timeoutMs = this.#replyTimeoutMs }: ExchangeOptions = {},
    answer: (replies: readonly M[]) => T,
  ): Promise<T> {
    try {
      assertUnfenced();
      const bytes = this.#settings.options.codec.encode(message);
      const { work, group } = ambient() ?? {};
      const invocation = work?.invocation;
      const station = this.#station;
      const kind = work?.kind ?? "run";
      const question = { station, bytes, expected, timeoutMs, kind, group, invocation: invocation?.id };
      return wait(({ resolve, reject }) =>
        this.#wire.ask(question, {
          resolve: (replies) => resolve(answer(replies)),
          reject,
          failed: (entries: readonly Recorded[]) => invocation?.keep({ thing: station.name, entries }),
          turns: invocation,
        }),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #hold(work: Work, outer: object | undefined): Promise<Group<M>> {
    return wait<Group<M>>((settle) => {
      const group = new Group(this.#station, { kind: work.kind, outer }, settle, (begun) =>
        this.#wire.turns.hold(begun),
      );
      this.#wire.enqueue(group);
      const waits = this.#wire.turns.holder !== group;
      if (waits) work.invocation?.queued();
      return () => {
        if (waits) work.invocation?.dequeued();
        if (this.#wire.turns.holder !== group) this.#wire.release(group);
      };
    });
  }

  /** A group is recognised by the context, which outside any work has to be made. */
  #freeWork(): Work {
    const { signal } = new AbortController();
    const { name, clock, log } = this.#settings;
    return { kind: "run", thing: name, clock, signal, fence: signal, log };
  }
}
