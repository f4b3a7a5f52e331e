import type { Clock } from "../../clock.ts";
import type { LogLevel } from "../../context.ts";
import type { Coalescer } from "../../events/coalescer.ts";
import { tellOfThings } from "../../events/thing-events.ts";
import type { Experiments } from "../../experiment/experiments.ts";
import type { Occupation } from "../../invocation/occupation.ts";
import { codeField, type LogFields } from "../../log-fields.ts";
import type { Thing } from "../../thing/thing.ts";
import { calibrationRules } from "../build-things.ts";
import type { EmergencyStop } from "../emergency-stop.ts";
import type { Interlock } from "../interlock.ts";
import type { Interlocks } from "../interlocks.ts";
import type { Leases } from "../leases.ts";
import { patiently } from "../open-things.ts";
import type { Tally } from "../tally.ts";
import type { Prepared } from "./follower.ts";
import type { Bench } from "./in-the-way.ts";
import type { ReloadPlan } from "./plan.ts";
import type { Setup } from "./setup.ts";
import type { Staged } from "./stage.ts";

export interface Exchanged extends Omit<Bench, "occupation" | "recordings"> {
  /** Its entries change; it is never another map. */
  readonly things: Map<string, Thing>;
  /** What all of it is built from. */
  readonly setup: { now: Setup };
  readonly occupation: Pick<Occupation, "busyWith" | "endOn">;
  readonly recordings: Experiments["recordings"];
  readonly experiments: Experiments;
  readonly interlocks: Interlocks;
  readonly leases: Leases;
  readonly emergencyStop: Pick<EmergencyStop, "forget">;
  readonly tally: Pick<Tally, "forget">;
  readonly telling: Coalescer;
  readonly processClock: Clock;
  /** Why nothing may be exchanged now; nothing, as a rule. */
  objection(): string | undefined;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** Takes Things away and puts others in their place, while all others go on. */
export class Exchange {
  readonly #parts: Exchanged;
  #hurried = false;
  #hurry = () => {};
  /** What those do who follow. */
  readonly #taking: Promise<void>[] = [];
  /** By interlock, to be watched once their Things are open. */
  #begun: readonly Interlock[] = [];

  constructor(parts: Exchanged) {
    this.#parts = parts;
  }

  /** Wait for nothing more that is being opened. */
  hurry(): void {
    this.#hurried = true;
    this.#hurry();
  }

  /** End what is done with these Things by the ladder, and close them; never rejects, each step has its time. */
  async clear({ changed, removed }: ReloadPlan, by: string): Promise<void> {
    const { things, occupation, interlocks, experiments } = this.#parts;
    const names = [...changed, ...removed];
    const gone = names.flatMap((name) => things.get(name) ?? []);
    if (gone.length === 0) return;
    await occupation.endOn(new Set(gone), "reload", by);
    const closing = new Set(names);
    interlocks.pause(closing);
    await experiments.pause(closing);
    const inOrder = gone.sort((a, b) => a.safety.order - b.safety.order);
    const close = async (thing: Thing) => {
      if (removed.includes(thing.name)) await this.#leaveSafe(thing);
      await thing.close("its configuration has changed");
    };
    await Promise.all(inOrder.map(close));
  }

  /** All at once: whoever looks finds the bench as it was before, or as it is from now on. `done` is called within. */
  swap({ plan, built, setup, prepared }: Staged, by: string, done: () => void): void {
    const { things, interlocks, emergencyStop, tally, telling, experiments, log } = this.#parts;
    const { added, removed, changed } = plan;
    const touched = [...changed, ...removed];
    for (const name of touched) things.get(name)?.retire(built.get(name));
    const inOrder = [...setup.config.things.keys()].flatMap((name) => {
      const thing = built.get(name) ?? things.get(name);
      return thing ? [[name, thing] as const] : [];
    });
    things.clear();
    for (const [name, thing] of inOrder) things.set(name, thing);
    this.#parts.setup.now = setup;
    // Once those are gone: they were left safe, and nobody is to try again.
    this.#breakLeases(removed, by);
    emergencyStop.forget(touched);
    for (const name of removed) tally.forget(name);
    tellOfThings(built.values(), telling);
    this.#begun = interlocks.reconfigure(setup.config.interlocks.values(), new Set([...touched, ...added]));
    telling.tell({ kind: "configuration", added, removed, changed }, []);
    done();
    this.#taking.push(...prepared.map((one) => this.#take(one)));
    const { recordings = [], schedules = [], alarms = [], notifiers = [] } = setup.config;
    const calibrations = calibrationRules(setup.config);
    try {
      experiments.reconfigure({ recordings, schedules, alarms, notifiers, calibrations });
    } catch (error) {
      log("error", `not all that goes by itself could be begun anew: ${error}`);
    }
  }

  /** Open the new ones, side by side; resolves when each has been tried, or takes long. */
  async open({ plan, built, setup }: Staged): Promise<void> {
    await setup.wires.takeOver(new Set(plan.kept));
    const opened = [...built.values()].map(async (thing) => {
      if (!this.#hurried) await thing.open();
      await this.#watch(({ config }) => config.thing === thing.name);
    });
    const others = this.#watch(({ config }) => !built.has(config.thing));
    const tried = patiently(Promise.all([...opened, others, ...this.#taking.splice(0)]), this.#parts.processClock);
    this.#hurry = tried.hurry;
    if (this.#hurried) tried.hurry();
    await tried.over;
  }

  /** Never rejects. */
  async #take(prepared: Prepared): Promise<void> {
    try {
      await prepared.take();
    } catch (error) {
      this.#parts.log("error", `not all of ${prepared.section} could be taken up: ${error}`);
    }
  }

  async #watch(which: (interlock: Interlock) => boolean): Promise<void> {
    await Promise.all(this.#begun.filter(which).map(({ watch }) => watch.begin()));
  }

  /** Nobody looks after it any more, so nothing of it stays on, whatever its contract holds over a stop. */
  async #leaveSafe(thing: Thing): Promise<void> {
    if (thing.state !== "ready" && thing.state !== "quarantined") return;
    await thing.leftBehind().catch((error: unknown) => {
      const why = `${thing.name} is taken away, and its outputs have not confirmed to be safe: ${error}`;
      this.#parts.log("error", why, { thing: thing.name, ...codeField(error) });
    });
  }

  #breakLeases(removed: readonly string[], by: string): void {
    for (const name of removed) this.#parts.leases.break(name, by, "it is no Thing of this bench any more");
  }
}
