import { DeviceFaultError, MalformedReplyError, sleep, WrongDeviceError } from "benchd/driver";
import { axes, isReport, type Point, parseReport, type Report } from "./report.ts";
import { alarmIn, refuse } from "./words.ts";

const cancelJog = "\x85";
const hold = "!";
const softReset = "\x18";
const pollMs = 50;
/** From a reset to its banner, the half second that an alarm takes included. */
const startsWithinMs = 2000;
/** The work offset comes at least in every so many reports. */
const offsetRefresh = 31;

export const tellsStart = (message: string) => /^Grbl[A-Za-z]* \d/.test(message);
const isLast = (message: string) => message === "ok" || message.startsWith("error:");
const isSomething = (message: string) => /^(ok$|error:|ALARM:|\[|\$|>)/.test(message);

interface Line {
  collect(
    message: string,
    last: (reply: string) => boolean,
    options?: { timeoutMs: number },
  ): Promise<readonly string[]>;
  send(message: string): Promise<void>;
  breakIn(message: string, options: { answered: boolean }): Promise<void>;
}

/** What can be said to GRBL 1.1, and what is known of it from what it has said. */
export class Grbl {
  /** Its position is that of the stage: it was homed, and nothing has happened since. */
  homed = false;
  /** It answers nothing, and obeys a reset only. */
  homing = false;
  /** Where it was when it was last asked; in the coordinates of the machine. */
  seen: Point | undefined;
  readonly #line: () => Line;
  #starts = 0;
  /** We are resetting it: the alarm that comes of that is no news. */
  #resets = 0;
  /** It has said an alarm after which it starts anew by itself. */
  #restarting = false;
  #offset: Point | undefined;
  #settings = new Map<number, number>();

  /** It may speak while its line is being opened. */
  constructor(line: () => Line) {
    this.#line = line;
  }

  /** A start that follows from what we know of is no surprise. */
  get expectsStart(): boolean {
    return this.#resets > 0 || this.#restarting;
  }
  setting(number: number): number {
    return this.#settings.get(number) ?? 0;
  }
  /** How long it may take from its highest speed to rest; ms. */
  get slowestStopMs(): number {
    const seconds = [0, 1, 2].map((axis) => this.setting(110 + axis) / 60 / (this.setting(120 + axis) || 1));
    return 2000 + 1000 * Math.max(...seconds);
  }
  /** It stops at whole steps only; mm. */
  get tolerance(): number {
    return 0.002 + 1 / Math.min(...[100, 101, 102].map((number) => this.setting(number) || 1));
  }

  /** What it said when it started, if that was to be expected. */
  started(): void {
    this.#starts++;
    this.#restarting = false;
    this.#offset = undefined;
  }

  /** Any message may be an alarm. */
  observe(message: string) {
    const alarm = alarmIn(message);
    if (!alarm) return undefined;
    this.homed = false;
    if (this.#resets > 0) return undefined;
    if (alarm.code === 3 || alarm.code >= 6) this.#restarting = true;
    return alarm;
  }

  async identify() {
    // Asked with a whole line, any instrument says something.
    const told = await this.#line().collect("$I", (message) => isLast(message) || !isSomething(message));
    const last = told.at(-1) ?? "";
    if (!isLast(last))
      throw new WrongDeviceError(
        `a GRBL 1.1 controller is expected, but ${last} answers: connect the right one, then reset it (DELETE /{thing}/quarantine)`,
      );
    await this.standstill();
    const info = last === "ok" ? told : await this.command("$I");
    const [, version, name] = /^\[VER:([^:]*):(.*)\]$/m.exec(info.join("\n")) ?? [];
    if (!version?.startsWith("1.1"))
      throw new WrongDeviceError(
        `GRBL 1.1 is expected, not ${version ?? "another"}: connect the right one, then reset it (DELETE /{thing}/quarantine)`,
      );
    for (const line of await this.command("$$")) {
      const [, number, value] = /^\$(\d+)=([\d.-]+)/.exec(line) ?? [];
      if (number !== undefined) this.#settings.set(Number(number), Number(value));
    }
    return { model: "GRBL 1.1", firmware: version, ...(name && { serialNumber: name }) };
  }

  /** A line, answered with `ok`; returns what came before that. Throws what the controller refuses. */
  async command(text: string, timeoutMs?: number): Promise<readonly string[]> {
    const told = await this.#line().collect(text, isLast, timeoutMs ? { timeoutMs } : undefined);
    refuse(told.at(-1) ?? "", text);
    return told.slice(0, -1);
  }

  async status(): Promise<Report> {
    const told = await this.#line().collect("?", isReport);
    const text = told.at(-1) ?? "";
    const report = parseReport(text);
    if (!report) throw new MalformedReplyError(`the stage tells its status as "${text}"`);
    // Locked, it was perhaps just switched on.
    if (report.state === "Alarm") this.homed = false;
    // It tells nothing between an alarm and its new start.
    this.#restarting = false;
    this.#offset = report.offset ?? this.#offset;
    const { machine = this.#fromWork(report.work) } = report;
    this.seen = machine && this.#inMillimetres(machine);
    return report;
  }

  /** Where it takes its carriage to be; in the coordinates of the machine, mm. */
  async position(): Promise<Point> {
    for (let report = 0; report < offsetRefresh; report++) {
      await this.status();
      if (this.seen) return this.seen;
    }
    throw new MalformedReplyError("the stage tells work coordinates, but not their offset: set $10=1");
  }

  /** In a straight line; `rate` in mm/min. Answered when it is planned, not when it is done. */
  async jog(target: Point, rate: number, along: readonly (keyof Point)[]): Promise<void> {
    const words = along.map((axis) => `${axis.toUpperCase()}${target[axis].toFixed(3)}`).join("");
    await this.command(`$J=G53G90G21${words}F${rate.toFixed(3)}`);
  }

  cancelJog = () => this.#line().send(cancelJog);

  /** Into whatever is going on. */
  async breakOff(): Promise<void> {
    if (this.homing) await this.reset();
    else await this.#line().breakIn(cancelJog, { answered: false });
  }

  /** Have it stand still, whatever it does. A jog is told again: one that began after the first time has missed it. */
  async standstill(): Promise<void> {
    for (let waitedMs = 0; waitedMs <= this.slowestStopMs; waitedMs += pollMs) {
      const { state, phase } = await this.status();
      if (state === "Jog") await this.cancelJog();
      else if (state === "Run") await this.#line().send(hold);
      else if (state === "Hold" || state === "Door") {
        // A door that is open, or shut again, with everything at rest.
        if (phase === 0 || (state === "Door" && phase === 1)) return this.reset();
      } else if (state !== "Home") return;
      await sleep(pollMs);
    }
    throw new DeviceFaultError("the stage does not confirm that it stands still: switch it off");
  }

  /** What it obeys in any state. At rest it costs nothing but what others have planned; in motion, the position. */
  async reset(): Promise<void> {
    const before = this.#starts;
    this.#resets++;
    try {
      await this.#line().breakIn(softReset, { answered: false });
      for (let waitedMs = 0; this.#starts === before; waitedMs += pollMs) {
        if (waitedMs > startsWithinMs) throw new DeviceFaultError("the stage does not obey a reset: switch it off");
        await sleep(pollMs);
      }
    } finally {
      this.#resets--;
    }
  }

  #fromWork(work: Point | undefined): Point | undefined {
    const offset = this.#offset;
    if (!work || !offset) return undefined;
    return { x: work.x + offset.x, y: work.y + offset.y, z: work.z + offset.z };
  }

  #inMillimetres(point: Point): Point {
    const unit = this.setting(13) === 1 ? 25.4 : 1;
    const [x = 0, y = 0, z = 0] = axes.map((axis) => Math.round(point[axis] * unit * 1000) / 1000 || 0);
    return { x, y, z };
  }
}
