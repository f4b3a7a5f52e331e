import { type Asker, named } from "../../asker.ts";
import type { Clock } from "../../clock.ts";
import { LaneFullError, NotReadyError, ReloadBusyError, SafeModeError } from "../../errors.ts";
import type { Admission, AdmissionRequest } from "../../invocation/admission.ts";
import type { Audit } from "../../journal/audit.ts";
import { letGo } from "../interlock-successors.ts";
import { Exchange, type Exchanged } from "./exchange.ts";
import { type Follower, Followers } from "./follower.ts";
import { inTheWay } from "./in-the-way.ts";
import type { ReloadPlan } from "./plan.ts";
import { type Building, type Staged, stage } from "./stage.ts";

/** What to do where something is done with a Thing that would be closed. */
export type WhenBusy = "refuse" | "wait" | "stop";

export interface ReloadAsked {
  readonly by: Asker;
  readonly busy: WhenBusy;
  /** With `wait`: for how long at most; milliseconds of the process clock. */
  readonly waitMs?: number;
}

/** What a reload has come to. */
export type ReloadReport = ReloadPlan;

interface Parts extends Exchanged {
  /** Absent where the configuration is in no file. */
  readonly building: (Omit<Building, "reread"> & Partial<Pick<Building, "reread">>) | undefined;
  readonly processClock: Clock;
  readonly audit: Audit;
  readonly safeMode: string | undefined;
}

/** One is done at a time; so many more may wait for that. */
const maxWaiting = 4;
/** How often it is looked whether what is waited for is over; and the usual end of that. Milliseconds. */
const lookMs = 100;
const usualWaitMs = 60_000;
/** Reading that has taken longer is given up for the next reload: a file on a network that is gone, a module that never loads. */
const readingMs = 30_000;

/** What is being read, loaded and built; nothing is touched by that. */
interface Reading {
  /** By the process clock. */
  readonly since: number;
  giveUp(why: string): void;
}

/**
 * Reads the configuration again while everything goes on: only Things of which something is another are closed and opened.
 * Until all of it is read, checked and built nothing is touched, and what cannot be changes nothing.
 */
export class Reloads implements Admission {
  readonly #parts: Parts;
  readonly #exchange: Exchange;
  readonly #followers = new Followers();
  #last: Promise<unknown> = Promise.resolve();
  #count = 0;
  #ended = false;
  #reading: Reading | undefined;
  #leaving: ReadonlySet<string> = new Set();
  #revision = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#exchange = new Exchange(parts);
  }

  /** Grows whenever Things have come, gone, or are others. */
  get revision(): number {
    return this.#revision;
  }

  /** Have somebody take up what the configuration says of him; returns how to end that. */
  follow(follower: Follower): () => void {
    return this.#followers.add(follower);
  }

  /** Nobody begins anything on what is about to be closed. */
  admit({ takes, nested, urgent, safe, affordance }: AdmissionRequest): void {
    if (this.#leaving.size === 0 || nested || urgent || safe) return;
    const leaving = takes.find((one) => this.#leaving.has(one));
    if (leaving === undefined) return;
    throw new NotReadyError(
      `${leaving} is being opened anew, as its configuration has changed: ask for ${affordance} again in a moment`,
    );
  }

  /**
   * Throws `ConfigError` for a configuration that is none, `ReloadBusyError` when something is in the way, and
   * `LaneFullError` when too many are asked for at a time; nothing has changed then.
   */
  reload(asked: ReloadAsked): Promise<ReloadReport> {
    this.giveUpStuck();
    if (this.#count > maxWaiting) throw new LaneFullError(`${maxWaiting} reloads wait already: one is enough`);
    this.#count++;
    const turn = this.#last.then(() => this.#reload(asked)).finally(() => this.#count--);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** What cannot be read to its end does not keep the next reload from being tried. */
  giveUpStuck(): void {
    const { processClock } = this.#parts;
    const reading = this.#reading;
    if (!reading || processClock.now() - reading.since < readingMs) return;
    reading.giveUp(`the configuration and its drivers could not be read within ${readingMs / 1000} s`);
  }

  /** Begin no more; resolves when nothing is being exchanged. What is only read is not waited for: it has touched nothing. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#reading?.giveUp("benchd is ending");
    this.#exchange.hurry();
    await this.#last;
  }

  async #reload(asked: ReloadAsked): Promise<ReloadReport> {
    const { safeMode, audit, log } = this.#parts;
    this.#assertGoesOn();
    if (safeMode !== undefined) throw new SafeModeError(`nothing is open, so restart benchd instead: ${safeMode}`);
    const staged = await this.#stage();
    const { plan } = staged;
    const touched = [...plan.changed, ...plan.removed];
    try {
      await this.#hold(asked, touched, staged);
    } catch (error) {
      staged.setup.wires.close();
      throw error;
    }
    try {
      const by = named(asked.by).name;
      await this.#exchange.clear(plan, by);
      this.#exchange.swap(staged, by, () => {
        this.#leaving = new Set();
        this.#revision++;
        const told = inWords(plan);
        audit.note({ by: asked.by, what: "gateway.reloaded", detail: told });
        log("info", `the configuration was read again for ${by}: ${told}`);
        for (const path of plan.needsRestart)
          log("warning", `${path} is another in the configuration, and stays as it is until benchd is started again`);
      });
      await this.#exchange.open(staged);
    } finally {
      this.#leaving = new Set();
    }
    return plan;
  }

  async #stage(): Promise<Staged> {
    const { building, setup } = this.#parts;
    const { reread } = building ?? {};
    if (!building || !reread)
      throw new NotReadyError("this gateway was not given a file, so that there is nothing to be read again");
    const staged = await this.#unlessGivenUp(stage(setup.now, { ...building, reread }, this.#followers));
    const objection = this.#ended ? "benchd is ending" : this.#parts.objection();
    if (objection === undefined) return staged;
    staged.setup.wires.close();
    throw new NotReadyError(`${objection}: nothing is reloaded now`);
  }

  /** What comes when it has been given up is thrown away. */
  #unlessGivenUp(staging: Promise<Staged>): Promise<Staged> {
    return new Promise((resolve, reject) => {
      const reading: Reading = {
        since: this.#parts.processClock.now(),
        giveUp: (why) => {
          this.#reading = undefined;
          reject(new NotReadyError(`${why}: nothing was changed`));
        },
      };
      this.#reading = reading;
      const goesOn = () => {
        const is = this.#reading === reading;
        if (is) this.#reading = undefined;
        return is;
      };
      staging.then(
        (staged) => (goesOn() ? resolve(staged) : staged.setup.wires.close()),
        (error: unknown) => void (goesOn() && reject(error)),
      );
    });
  }

  /** From the moment on that nothing is in the way, nothing begins there. */
  async #hold({ busy, waitMs = usualWaitMs }: ReloadAsked, names: readonly string[], staged: Staged): Promise<void> {
    const { built, setup } = staged;
    const { processClock } = this.#parts;
    const until = processClock.now() + waitMs;
    for (;;) {
      this.#assertGoesOn();
      // No reload stands for a reset, whatever is to become of what runs.
      const latched = letGo(this.#parts.interlocks.all, setup.config);
      const found = busy === "stop" ? latched : [...inTheWay(names, built, this.#parts), ...latched];
      if (found.length === 0) {
        this.#leaving = new Set(names);
        return;
      }
      if (busy !== "wait" || processClock.now() >= until) throw busyError(found);
      await new Promise<void>((resolve) => void processClock.after(lookMs, resolve));
    }
  }

  #assertGoesOn(): void {
    if (this.#ended) throw new NotReadyError("benchd is ending: nothing is reloaded now");
  }
}

const busyError = (busy: readonly string[]) =>
  new ReloadBusyError(
    `nothing was changed, as something is in the way: ${busy.join("; ")}. Try again when that is over, or say what is to become of it`,
    busy,
  );

function inWords({ added, removed, changed, sections, needsRestart }: ReloadPlan): string {
  const parts = Object.entries({ added, removed, "opened anew": changed, sections, "needs a restart": needsRestart });
  const told = parts.flatMap(([what, names]) => (names.length > 0 ? [`${what}: ${names.join(", ")}`] : []));
  return told.length > 0 ? told.join("; ") : "nothing has changed";
}
