import assert from "node:assert/strict";
import { openBench, type Placed, type TestBench } from "benchd/testing";
import { expect } from "vitest";
import type { Invocation } from "../../../src/invocation/invocation.ts";
import { isTerminal } from "../../../src/invocation/state.ts";
import { bystander, undisturbedMs } from "./bystander.ts";
import { type Device, isDevice, type Subject } from "./subject.ts";
import { Tap } from "./tap.ts";

/** However bad it is, an invocation has ended after so long; ms. */
const boundMs = 120_000;
/** A device that was switched on has started within this time; ms. */
const startMs = 10_000;
/** An attempt to open a Thing has ended within this time; ms. */
const attemptMs = 16_000;
/** A gateway finds a device again within this time; ms. */
const reopenMs = 65_000;

type Bench = TestBench<Readonly<Record<string, Placed>>>;

/** One fault, tried on one subject: the bench, and what must hold whatever the fault. */
export class Trial {
  readonly subject: Subject;
  readonly bench: Bench;
  readonly tap: Tap;
  readonly #watching: Invocation;
  readonly #delivered: number;

  private constructor(subject: Subject, bench: Bench, tap: Tap) {
    this.subject = subject;
    this.bench = bench;
    this.tap = tap;
    this.#watching = bench.start("bystander", "watch");
    this.#delivered = subject.contract.trials?.delivered?.amount(bench) ?? 0;
  }

  /** Open the bench; `tamper` gets the device before its port is opened, and then it may stay closed. */
  static async open(subject: Subject, tamper?: (device: Device) => void): Promise<Trial> {
    const { contract, device } = subject;
    const tap = new Tap();
    const tampered = (twin: object) => isDevice(twin) && tamper?.(twin);
    const things = Object.entries(contract.things).map(
      ([name, placed]) => [name, name === device ? tap.on(placed, tampered) : placed] as const,
    );
    const all: Readonly<Record<string, Placed>> = { ...Object.fromEntries(things), bystander };
    const bench = await openBench(all);
    if (!tamper) {
      expect([bench.thing(contract.thing).state, bench.thing(contract.thing).reason]).toEqual(["ready", undefined]);
      await contract.prepare?.(bench);
    }
    return new Trial(subject, bench, tap);
  }

  get device(): Device {
    const twins: Readonly<Record<string, unknown>> = this.bench.twins;
    const twin = this.subject.device === undefined ? undefined : twins[this.subject.device];
    assert.ok(isDevice(twin), `${this.subject.name} has no serial device`);
    return twin;
  }

  /** The Thing whose device misbehaves. */
  get faulty() {
    return this.bench.thing(this.subject.device ?? this.subject.contract.thing);
  }

  /** The action, in its middle. */
  async midway(): Promise<Invocation> {
    const { contract, action, input } = this.subject;
    assert.ok(action !== undefined, `${this.subject.name} has no action`);
    const invocation = this.bench.start(contract.thing, action, input);
    const { midwayMs = 500 } = contract.trials ?? {};
    await this.bench.clock.advance(midwayMs);
    expect(
      [invocation.status, invocation.error?.message],
      `${action} is not in its middle after ${midwayMs} ms: set trials.midwayMs`,
    ).toEqual(["running", undefined]);
    return invocation;
  }

  /** The device has just been asked something, and has not answered. */
  async asked(): Promise<void> {
    await this.bench.clock.until(new Promise<void>((asked) => this.tap.atTaken(asked)));
  }

  /** Let it end within the bound, tell the truth, and say no more to the device. */
  async ends(invocation: Invocation): Promise<Invocation> {
    const { clock } = this.bench;
    const end = clock.now() + boundMs;
    for (let due = clock.nextDue(); !isTerminal(invocation.status); due = clock.nextDue()) {
      assert.ok(due !== undefined && due <= end, `${invocation.action} has not ended within ${boundMs / 1000} s`);
      await clock.step();
    }
    this.tellsTheTruth(invocation);
    return invocation;
  }

  /** After its end, nothing of it is told to the device: whatever comes belongs to opening or stopping it. */
  async quietAfter(
    { action }: Invocation,
    harmless: ReadonlySet<string>,
    meanwhile: () => Promise<void>,
  ): Promise<void> {
    const from = this.device.commands.length;
    await meanwhile();
    const told = this.device.commands.slice(from).filter((command) => !harmless.has(command));
    expect(told, `told to the device after the end of ${action}`).toEqual([]);
  }

  /** What the ledger holds for confirmed is what has been delivered, but for what it calls uncertain. */
  tellsTheTruth({ delivery, error }: Invocation): void {
    const { delivered } = this.subject.contract.trials ?? {};
    if (!delivered) return;
    const really = delivered.amount(this.bench) - this.#delivered;
    const entries = delivery.filter(({ unit }) => unit === delivered.unit);
    const confirmed = entries.reduce((sum, entry) => sum + entry.confirmed, 0);
    const uncertain = entries.reduce((sum, entry) => sum + entry.uncertain, 0);
    const told = `told ${confirmed} (± ${uncertain}) ${delivered.unit}, in truth ${really}: ${error?.message}`;
    assert.ok(Math.abs(really - confirmed) <= uncertain + delivered.within, told);
  }

  /** The device is well again: so is the Thing, within a bound and if need be by an operator, and it works as ever. */
  async recovers(heal: () => void = () => this.device.heal()): Promise<void> {
    const { contract, action, input } = this.subject;
    heal();
    await this.bench.clock.advance(startMs);
    for (const name of this.#things()) await this.#ready(name);
    // The first to ask after a power cut may be told of that instead.
    await contract.prepare?.(this.bench).catch(() => contract.prepare?.(this.bench));
    if (action !== undefined) {
      const next = await this.bench.run(contract.thing, action, input);
      expect([next.status, next.error?.message], "the next run").toEqual(["completed", undefined]);
    }
    this.isSafe();
  }

  /** Let an attempt to open the Thing, should one be under way, come to its end. */
  async attempted(): Promise<void> {
    const { clock } = this.bench;
    const end = clock.now() + attemptMs;
    for (let due = clock.nextDue(); this.faulty.state === "opening"; due = clock.nextDue()) {
      assert.ok(due !== undefined && due <= end, `${this.faulty.name} is still opening after ${attemptMs / 1000} s`);
      await clock.step();
    }
  }

  isSafe(): void {
    assert.ok(this.subject.contract.isSafe?.(this.bench) ?? true, "a device was not left safe");
  }

  /** The others went on as if nothing had been; everything closes. */
  async close(): Promise<void> {
    expect([this.#watching.status, this.#watching.error?.message]).toEqual(["running", undefined]);
    expect(await this.bench.read("bystander", "slowest")).toBeLessThanOrEqual(undisturbedMs);
    await this.bench.close();
  }

  #things(): readonly string[] {
    return [...Object.keys(this.subject.contract.things)];
  }

  async #ready(name: string): Promise<void> {
    const { clock } = this.bench;
    const thing = this.bench.thing(name);
    const end = clock.now() + reopenMs;
    const waits = () => thing.state === "disconnected" || thing.state === "opening" || thing.state === "quarantined";
    for (let due = clock.nextDue(); waits() && due !== undefined && due <= end; due = clock.nextDue())
      await clock.step();
    if (thing.state === "faulted" || thing.state === "quarantined") {
      expect(thing.reason).toBeTruthy();
      await clock.until(thing.reset());
    }
    expect([thing.state, thing.reason], `${name} after the fault`).toEqual(["ready", undefined]);
  }
}

/** The codes of an error and of what caused it. */
export function codesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const code = "code" in error && typeof error.code === "string" ? [error.code] : [error.name];
  return [...code, ...codesOf(error.cause)];
}

/** It failed, and for one of these reasons, or for want of knowing. */
export function failed(invocation: Invocation, codes: readonly string[]): void {
  const { status, error } = invocation;
  expect(status, error?.message).toBe("error");
  expect(
    codesOf(error).filter((code) => codes.includes(code)),
    `${codesOf(error)}: ${error?.message}`,
  ).not.toEqual([]);
}

/** What comes of an answer that did not come in time: the exchange has failed, or what the driver makes of that. */
export const tooLate = ["BENCHD_DEVICE_TIMEOUT", "BENCHD_DISCONNECTED", "BENCHD_MALFORMED_REPLY"];
