import assert from "node:assert/strict";
import type { AnswerPrompt } from "../experiment/prompts/open-prompts.ts";
import type { Invocation } from "../invocation/invocation.ts";
import { isTerminal } from "../invocation/state.ts";
import { validator } from "../schema.ts";
import type { PropertyAffordance } from "../thing/affordance.ts";
import { fitted } from "../thing/configured.ts";
import type { AnyThing } from "../thing/define.ts";
import type { FaultTrials } from "./fault-trials.ts";
import { openBench, type Placed, type TestBench, type TestBenchOptions } from "./open-bench.ts";

/** What the contract has to know of a driver to try it. */
export interface ThingContract<P extends Readonly<Record<string, Placed>>> {
  /** The Thing that is tried, and the Things that it needs. */
  readonly thing: keyof P & string;
  readonly things: P;
  /**
   * Inputs with which its actions take a while, or how to come by them on a bench, as by an action that makes a blob; an
   * action that is not listed is called without.
   */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** What somebody at the bench would answer, where its actions ask. */
  readonly answer?: AnswerPrompt;
  /** Properties whose reading fails by design. */
  readonly unreadable?: readonly string[];
  /** Bring the bench to where the actions make sense. */
  prepare?(bench: TestBench<P>): Promise<void>;
  /** Whether every device is as it should be left. */
  isSafe?(bench: TestBench<P>): boolean;
  /** What a suite of faults cannot find out by itself. */
  readonly trials?: FaultTrials<P>;
}

/** As the `test` of any test runner. */
type Test = (name: string, run: () => Promise<void>) => void;

/** What a Thing offers as it is placed. */
function offerOf(placed: Placed | undefined): Partial<AnyThing> {
  if (!placed) return {};
  const { definition, config = {} } = placed;
  return fitted(definition, validator(definition.config).parse(config, "the config"), definition.title);
}

/** As it is, but that what is observed is read at nearly every moment. */
function readOften(placed: Placed | undefined): Placed | undefined {
  const { properties = {} } = placed?.definition ?? {};
  const often = Object.entries<PropertyAffordance>(properties).map(([name, { pollMs: _, ...property }]) => [
    name,
    property.observable ? { ...property, maxAgeMs: 0, observeMs } : property,
  ]);
  return placed && { ...placed, definition: { ...placed.definition, properties: Object.fromEntries(often) } };
}

/** Each wait is cancelled as it begins, and when the bytes of a question are on their way; ms. */
const cancelAfterMs = [0, 4];
/** Between two readings for one who observes; ms. */
const observeMs = 20;
/** Time for a gateway to find a device again; ms. */
const reopenMs = 60_000;

/**
 * What every driver has to do, tried on simulated devices: it opens, answers for what it offers, ends on a cancel
 * wherever that comes, and leaves its devices safe.
 *
 * @example describeThing({ thing: "pump", things: { pump: { definition, twin, config } } }, test);
 */
export function describeThing<const P extends Readonly<Record<string, Placed>>>(
  contract: ThingContract<P>,
  test: Test,
): void {
  const { thing, things, inputs = {}, unreadable = [], answer } = contract;
  const { actions = {}, properties = {} } = offerOf(things[thing]);
  const observable = Object.keys(properties).filter((name) => properties[name]?.observable);
  const isSafe = (bench: TestBench<P>) => assert.ok(contract.isSafe?.(bench) ?? true, "a device was not left safe");

  const inputOf = async (bench: TestBench<P>, action: string): Promise<unknown> => {
    const input = inputs[action];
    return typeof input === "function" ? input(bench) : input;
  };

  const open = async (options?: TestBenchOptions, placed = things) => {
    const bench = await openBench<P>(placed, { ...options, ...(answer && { answer }) });
    assert.equal(bench.thing(thing).state, "ready", bench.thing(thing).reason);
    await contract.prepare?.(bench);
    return bench;
  };

  test(`${thing} opens, with a handler for each of its affordances and for nothing else`, async () => {
    const bench = await open();
    isSafe(bench);
    await bench.close();
  });

  for (const property of Object.keys(properties).filter((name) => !unreadable.includes(name))) {
    test(`${thing} reads ${property} within its schema`, async () => {
      const bench = await open();
      await bench.read(thing, property);
      await bench.close();
    });
  }

  for (const action of Object.keys(actions)) {
    test(`${thing} ends ${action} on a cancel at any of its waits, and the next call is sound`, async () => {
      const { waits, status } = await dryRun(action);
      for (let wait = 1; wait <= waits; wait++)
        for (const afterMs of cancelAfterMs) await cancelAt(action, { wait, afterMs }, status);
    });

    if (observable.length > 0)
      test(`${thing} does ${action} as well while somebody observes it`, async () => {
        const { status } = await dryRun(action);
        const bench = await open({}, { ...things, [thing]: readOften(things[thing]) });
        for (const property of observable) bench.thing(thing).attend(property);
        const observed = await bench.run(thing, action, await inputOf(bench, action));
        assert.equal(observed.status, status, `${action} ended as ${observed.status}: ${observed.error?.message}`);
        isSafe(bench);
        await bench.close();
      });

    test(`${thing} is left safe when it is closed during ${action}`, async () => {
      const bench = await open();
      const invocation = bench.start(thing, action, await inputOf(bench, action));
      await bench.clock.advance(1000);
      await bench.close();
      assert.ok(isTerminal(invocation.status), `${action} is still ${invocation.status}`);
      isSafe(bench);
    });
  }

  /** How many ambient waits an undisturbed run has, and how it ends. */
  async function dryRun(action: string) {
    let waits = 0;
    const bench = await open({ suspended: () => waits++ });
    const input = await inputOf(bench, action);
    waits = 0;
    const { status } = await bench.run(thing, action, input);
    isSafe(bench);
    await bench.close();
    return { waits, status };
  }

  /** Cancel an action at one of its waits; look at what is left, and whether the next run goes as it should. */
  async function cancelAt(action: string, { wait, afterMs }: { wait: number; afterMs: number }, wanted: string) {
    // What `prepare` asks for is left alone.
    let waits = Number.NEGATIVE_INFINITY;
    const suspended = ({ id }: Invocation) => {
      if (++waits !== wait) return;
      const cancel = () => void bench.cancel({ id }).catch(() => {}); // It may have ended just before.
      if (afterMs > 0) bench.clock.after(afterMs, cancel);
      else cancel();
    };
    const bench = await open({ suspended });
    const input = await inputOf(bench, action);
    const blobs = bench.gateway.blobs.extent;
    waits = 0;
    const invocation = await bench.run(thing, action, input);
    const { status, error, forced } = invocation;
    const told = `${action}, cancelled ${afterMs} ms into wait ${wait}, ended as ${status}: ${error?.message}`;
    assert.ok(waits >= wait, `${action} had ${waits} waits, not ${wait}`);
    assert.equal(forced, false, told);
    assert.equal(bench.thing(thing).state, "ready", told);
    isSafe(bench);
    if (status !== "completed")
      assert.deepEqual(bench.gateway.blobs.extent, blobs, `${told}, and has left a blob that nobody is told of`);
    const next = await bench.run(thing, action, input);
    assert.equal(next.status, wanted, `after ${told}, the next ended as ${next.status}: ${next.error?.message}`);
    isSafe(bench);
    await bench.close();
  }

  const { twin } = things[thing] ?? {};
  if (!twin) return;
  test(`${thing} is disconnected when it is unplugged, and comes back`, async () => {
    const bench = await open();
    const device: object = bench.twins[thing] ?? {};
    if ("unplug" in device && typeof device.unplug === "function" && "plug" in device) {
      device.unplug();
      await bench.clock.advance(1000);
      assert.equal(bench.thing(thing).state, "disconnected");
      if (typeof device.plug === "function") device.plug();
      await bench.clock.advance(reopenMs);
      assert.equal(bench.thing(thing).state, "ready", bench.thing(thing).reason);
    }
    await bench.close();
  });
}
