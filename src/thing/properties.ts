import { sleep } from "../ambient.ts";
import type { Clock } from "../clock.ts";
import { ambient, assertUnfenced, runAs } from "../context.ts";
import { NotAllowedError, NotFoundError, NotReadyError, StorageError } from "../errors.ts";
import type { Lane } from "../invocation/lane.ts";
import type { LaneOwner } from "../invocation/lane-owner.ts";
import type { Scheduler } from "../invocation/scheduler.ts";
import { type Asked, unnamed } from "./action-calls.ts";
import { Attended } from "./attended.ts";
import type { Contract } from "./contract.ts";
import type { Life } from "./life.ts";
import type { ThingState } from "./life-options.ts";
import { nestedIn } from "./nested-work.ts";
import type { Outputs } from "./outputs.ts";
import { poll } from "./polling.ts";
import { Reader } from "./reader.ts";
import type { Scope } from "./scope.ts";
import type { SettingsStore } from "./settings.ts";
import { settled } from "./settled.ts";

interface Parts {
  readonly thing: LaneOwner & { readonly lane: Lane };
  readonly contract: Contract;
  readonly life: Life;
  readonly outputs: Outputs;
  readonly scheduler: Scheduler;
  readonly settings: SettingsStore;
  readonly clock: Clock;
  /** A property has been written, or read by polling and found to be another. */
  changed(name: string, value: unknown): void;
}

const defaultMaxAgeMs = 100;
/** By then what a pin switches has moved. */
const settledMs = 1000;

/** Reads and writes the properties of a Thing. */
export class Properties {
  readonly #parts: Parts;
  readonly #reader: Reader;
  readonly #attended: Attended;
  /** What those who observe have been told last of what drives an output, as JSON. */
  readonly #last = new Map<string, string>();
  /** The opening in which what is to be polled is read. */
  #polled: Scope | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#reader = new Reader(parts.clock);
    this.#attended = new Attended({
      clock: parts.clock,
      read: (name) => parts.life.run("poll", () => this.read(name)),
      changed: (name, value) => this.#announce(name, value),
    });
  }

  /** The value of a property; readings up to its `maxAgeMs` old are shared, or up to `withinMs` where that is less. */
  read(name: string, withinMs = Number.POSITIVE_INFINITY): Promise<unknown> {
    return settled(() => this.#read(name, withinMs));
  }

  #read(name: string, withinMs: number): Promise<unknown> {
    const { contract, life, thing } = this.#parts;
    const { maxAgeMs = defaultMaxAgeMs } = contract.property(name);
    const handler = life.handlers?.read?.[name];
    const { state } = life;
    if (!handler || state === "opening" || state === "faulted") throw life.notReady();
    const caller = ambient()?.work;
    if (caller?.invocation) return runAs(nestedIn(caller, thing.name), () => settled(() => this.#take(name, handler)));
    const kind = caller?.kind === "poll" ? "poll" : "read";
    return this.#reader.read(name, Math.min(maxAgeMs, withinMs), () => life.run(kind, () => this.#take(name, handler)));
  }

  /** As `read`, as work of its own that lets all other pass. */
  sample(name: string, withinMs?: number): Promise<unknown> {
    return this.#parts.life.run("poll", () => this.read(name, withinMs));
  }

  /** Write a property; throws `InputError`, `NotAllowedError` if read-only, `LaneHeldError` if a run takes too long. */
  async write(name: string, value: unknown, asked: Asked = unnamed): Promise<void> {
    const { contract, life, thing, outputs, scheduler } = this.#parts;
    const { readOnly, persist, concurrent, drives, title } = contract.property(name);
    if (readOnly) throw new NotAllowedError(`${name} (${title}) is read-only`);
    const checked = contract.value(name, value);
    await scheduler.perform({
      owner: thing,
      lanes: concurrent ? [] : [thing.lane],
      name,
      operation: "write",
      kind: "write",
      rules: {},
      input: checked,
      ...asked,
      run: async () => {
        const { generation } = life;
        const handler = () => life.openHandlers().write?.[name]?.(checked);
        await outputs.driving(drives, checked, () => life.handle(handler));
        assertUnfenced();
        // What was told to an earlier opening is not what the device has now.
        if (generation !== life.generation) {
          throw new NotReadyError(`${thing.name} was opened again while ${name} was being written: write it again`);
        }
        this.#tell(name, checked);
        if (persist) await this.#keep(name, checked, asked);
      },
    });
  }

  /** Write the default of its schema to a property; `NotFoundError` if it has none. */
  async reset(name: string, asked: Asked = unnamed): Promise<void> {
    const { schema } = this.#parts.contract.property(name);
    if (!("default" in schema)) throw new NotFoundError(`${name} has no default to go back to`);
    await this.write(name, schema.default, asked);
  }

  /** Its driver says what a property is now; throws an `OutputError` unless that fits. */
  told(name: string, value: unknown): void {
    this.#check(name, value);
    this.#attended.told(name);
    this.#tell(name, value);
  }

  /** Outputs have been brought to these levels, by no write: who was told of another value of what drives one is told. */
  brought(levels: ReadonlyMap<string, boolean | number>): void {
    const { contract, life, outputs } = this.#parts;
    for (const [name, { drives = "" }] of Object.entries(contract.properties)) {
      const level = levels.get(drives);
      const last = this.#last.get(name);
      if (level === undefined || last === undefined) continue;
      // What is no pin is not asked where its level is its value: that would be one more exchange on its line.
      if (!outputs.isPin(drives) && typeof JSON.parse(last) === typeof level) this.#tellOther(name, level);
      else life.scope?.spawn(() => this.#tellAnew(name));
    }
  }

  /** Somebody observes a property: as long as he does, changes of it are told. Returns how to cease. */
  attend(name: string): () => void {
    const { observable, pollMs, observeMs } = this.#parts.contract.property(name);
    return observable && pollMs === undefined ? this.#attended.attend(name, observeMs) : () => {};
  }

  /** The Thing has this state from now on: what was read before counts no more. */
  become(state: ThingState): void {
    this.#reader.forget();
    if (state === "ready") this.#poll();
    this.#attended.become(state);
  }

  /** Read what is to be polled, for as long as this opening lasts, however often that becomes ready. */
  #poll(): void {
    const { contract, life } = this.#parts;
    const { scope } = life;
    if (!scope || scope === this.#polled) return;
    this.#polled = scope;
    poll(
      contract.properties,
      scope,
      (name) => this.read(name),
      (name, value) => this.#announce(name, value),
    );
  }

  /** It has this value from now on, whatever is being read. */
  #tell(name: string, value: unknown): void {
    this.#reader.forget(name);
    this.#attended.known(name, value);
    this.#announce(name, value);
  }

  #announce(name: string, value: unknown): void {
    const { contract, changed } = this.#parts;
    if (contract.property(name).drives !== undefined) this.#last.set(name, JSON.stringify(value));
    changed(name, value);
  }

  #tellOther(name: string, value: unknown): void {
    if (JSON.stringify(value) !== this.#last.get(name)) this.#tell(name, value);
  }

  /** Read it at once, and again when a relay has moved; a reading that fails is told to those who ask for it. */
  async #tellAnew(name: string): Promise<void> {
    for (const afterMs of [0, settledMs]) {
      await sleep(afterMs);
      this.#reader.forget(name);
      const value = await this.read(name).catch(() => undefined);
      if (value !== undefined) this.#tellOther(name, value);
    }
  }

  async #keep(name: string, value: unknown, { requestedBy, requestedFrom }: Asked): Promise<void> {
    const { settings, thing } = this.#parts;
    try {
      const run = ambient()?.work?.invocation;
      const by = run ? `${run.thing}/${run.action} (${run.id})` : { name: requestedBy, from: requestedFrom };
      await settings.write(thing.name, name, value, by);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new StorageError(`${name} is set, but not kept for the next start: ${why}`, { cause });
    }
  }

  #take(name: string, handler: () => unknown): unknown {
    const checked = (value: unknown) => {
      this.#check(name, value);
      return value;
    };
    const value = this.#parts.life.handle(handler);
    return value instanceof Promise ? value.then(checked) : checked(value);
  }

  /** A value that came from the device: throws unless it fits, and tells of the output that it shows. */
  #check(name: string, value: unknown): void {
    const { contract, outputs } = this.#parts;
    contract.checkReading(name, value);
    outputs.shows(contract.property(name).drives, value);
  }
}
