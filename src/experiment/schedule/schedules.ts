import { isDeepStrictEqual } from "node:util";
import { type Asker, named } from "../../asker.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { NotFoundError } from "../../errors.ts";
import type { ScheduleEvent } from "../../events/of-experiment.ts";
import type { StateFile } from "../../journal/state-file.ts";
import type { Ground } from "../ground.ts";
import { AtTimes } from "./at-times.ts";
import type { Beat } from "./beat.ts";
import { parseCron } from "./cron.ts";
import { Every } from "./every.ts";
import { type Occurrence, type Pause, Schedule } from "./schedule.ts";
import type { ScheduleConfig, Times } from "./schedule-config.ts";
import type { Starter } from "./starter.ts";

type Parts = Pick<Ground, "clock" | "processClock" | "clockTrusted" | "audit" | "events" | "log"> & {
  readonly configs: readonly ScheduleConfig[];
  readonly starter: Starter;
  readonly file: Pick<StateFile, "read" | "keep">;
  /** Milliseconds since 1970. */
  wallClock(): number;
};

/** The schedules of the configuration. One that somebody has paused stays so over restarts, until somebody resumes it. */
export class Schedules {
  readonly #parts: Parts;
  readonly #all = new Map<string, Schedule>();
  /** Those that have left something out since they began last: said once in the log. */
  readonly #said = new Set<string>();

  private constructor(parts: Parts) {
    this.#parts = parts;
    for (const config of parts.configs) this.#all.set(config.name, this.#made(config));
  }

  /** Take them up as the last process left them. Where it cannot be read which were paused, all of them are. */
  static async open(parts: Parts): Promise<Schedules> {
    const schedules = new Schedules(parts);
    const read = await parts.file.read();
    for (const schedule of schedules.all) {
      if (read.found === "value") schedule.pause = pauseIn(read.value, schedule.name);
      else if (read.found === "damage")
        schedule.pause = { by: `a damaged file, kept as ${read.setAside}`, at: Date.now() };
      if (schedule.pause)
        parts.log("warning", `the schedule ${schedule.name} is still paused, by ${schedule.pause.by}`);
    }
    return schedules;
  }

  get all(): readonly Schedule[] {
    return [...this.#all.values()];
  }

  /** Throws `NotFoundError`. */
  get(name: string): Schedule {
    const schedule = this.#all.get(name);
    if (!schedule) throw new NotFoundError(`there is no schedule ${name}${didYouMean(name, this.#all.keys())}`);
    return schedule;
  }

  begin(): void {
    for (const schedule of this.all) {
      schedule.begin();
      this.#look(schedule);
    }
  }

  /** Go by these from now on. What has not changed keeps its beat; what is paused stays so; what has begun goes on. */
  reconfigure(configs: readonly ScheduleConfig[]): void {
    const before = new Map(this.#all);
    this.#all.clear();
    for (const config of configs) {
      const known = before.get(config.name);
      const goesOn = known && isDeepStrictEqual(known.config, config);
      const schedule = goesOn ? known : this.#made(config);
      this.#all.set(config.name, schedule);
      if (goesOn) before.delete(config.name);
      else {
        schedule.takeUp(known);
        schedule.begin();
      }
      // The Things that it is about may be others.
      this.#look(schedule);
    }
    for (const schedule of before.values()) {
      schedule.end();
      this.#said.delete(schedule.name);
    }
  }

  end(): void {
    for (const schedule of this.all) schedule.end();
  }

  /** Begin nothing more; what it has begun goes on. Resolves when that is on disk, or the disk takes long. */
  async pause(name: string, by: Asker): Promise<void> {
    const schedule = this.get(name);
    if (schedule.pause) return;
    schedule.pause = { by: named(by).name, at: Date.now() };
    await this.#changed(schedule, "paused", by);
  }

  /** Go on from its next time; what has come meanwhile was left out. */
  async resume(name: string, by: Asker): Promise<void> {
    const schedule = this.get(name);
    if (!schedule.pause) return;
    schedule.pause = undefined;
    await this.#changed(schedule, "resumed", by);
  }

  async #changed(schedule: Schedule, what: "paused" | "resumed", by: Asker): Promise<void> {
    const { audit, log, file } = this.#parts;
    const { name } = named(by);
    audit.note({ by, what: `schedule.${what}`, detail: schedule.name });
    log("info", `the schedule ${schedule.name} was ${what} by ${name}`);
    this.#tell(schedule, { what, invocation: null, reason: `by ${name}` });
    const paused = this.all.flatMap(({ name, pause }) => (pause ? [[name, pause] as const] : []));
    await file.keep(Object.fromEntries(paused));
  }

  #come(schedule: Schedule, { invocation, reason }: Occurrence): void {
    const { name } = schedule;
    if (invocation) {
      this.#said.delete(name);
      this.#parts.log(
        "info",
        `the schedule ${name} has begun ${invocation.thing}.${invocation.action} (${invocation.id})`,
        { thing: invocation.thing, action: invocation.action, invocation: invocation.id },
      );
      this.#tell(schedule, { what: "started", invocation: invocation.id, reason: null });
      return;
    }
    const why = reason ?? "";
    if (!this.#said.has(name)) this.#parts.log("warning", `the schedule ${name} has left out its time: ${why}`);
    this.#said.add(name);
    this.#tell(schedule, { what: "skipped", invocation: null, reason: why });
  }

  #tell({ name, things = [] }: Schedule, what: Pick<ScheduleEvent, "what" | "invocation" | "reason">): void {
    this.#parts.events.tell({ kind: "schedule", name, things, ...what }, []);
  }

  #made(config: ScheduleConfig): Schedule {
    const come = (one: Schedule, occurrence: Occurrence) => this.#come(one, occurrence);
    return new Schedule(config, { beat: this.#beat(config.times), starter: this.#parts.starter, come });
  }

  #look(schedule: Schedule): void {
    schedule.look().catch((error: Error) => {
      this.#parts.log("error", `the schedule ${schedule.name} could begin nothing now: ${error.message}`);
    });
  }

  #beat(times: Times): Beat {
    const { clock, processClock, wallClock, clockTrusted } = this.#parts;
    if (times.kind === "every") return new Every({ everyMs: times.everyMs, clock });
    const trusted = () => times.untrustedClock === "run" || clockTrusted();
    return new AtTimes({ times: parseCron(times.pattern, times.timeZone), clock: processClock, wallClock, trusted });
  }
}

/** What the file says of one schedule. One that it says nothing of is not paused. */
function pauseIn(file: unknown, name: string): Pause | undefined {
  const pauses = file as Readonly<Record<string, Partial<Pause> | undefined>> | null;
  const pause = pauses && Object.hasOwn(pauses, name) ? pauses[name] : undefined;
  if (!pause) return undefined;
  const { by, at } = pause;
  return { by: typeof by === "string" ? by : "somebody", at: typeof at === "number" ? at : Date.now() };
}
