import type { Clock } from "benchd/testing";
import { Planner, type Point } from "./planner.ts";
import { Reception } from "./reception.ts";
import { Reporter } from "./report.ts";

export type State = "Idle" | "Run" | "Hold" | "Jog" | "Home" | "Alarm" | "Door";
/** Real-time commands, taken out of whatever is received; `config.h`. */
const realTime = { reset: 0x18, status: 0x3f, resume: 0x7e, hold: 0x21, door: 0x84, cancelJog: 0x85 };
/** A status report takes its time. */
const reportMs = 5;
/** From the reading of a line to its first step. */
const planMs = 2;
/** The message of an alarm is given time to leave. */
const alarmMs = 500;

export interface Mechanics {
  readonly clock: Clock;
  /** By their numbers. */
  readonly settings: ReadonlyMap<number, string>;
  /** Where the carriage stands when it is switched on. */
  readonly at: Point;
  say(text: string): void;
  /** It has started, and forgotten what it was to do. */
  started(): void;
}

const added = (a: Point, b: Point, sign: 1 | -1 = 1): Point => [
  a[0] + sign * b[0],
  a[1] + sign * b[1],
  a[2] + sign * b[2],
];

/** The state machine of GRBL 1.1 and the stage it moves: `protocol.c`, `motion_control.c`, `limits.c`, `system.c`. */
export class Machine {
  state: State = "Alarm";
  readonly planner: Planner;
  readonly reception: Reception;
  /** What the active work coordinate system is off by. */
  workOffset: Point = [0, 0, 0];
  /** What it takes for its position is that of the carriage and this. */
  lost: Point;
  /** The limit switches that are pressed. */
  pressed = "";
  readonly #mechanics: Mechanics;
  readonly #reporter = new Reporter();
  #holding = false;
  /** Two feet in an alarm: only a reset is obeyed. */
  #critical = false;
  #statusWanted = false;
  #homing:
    | { readonly from: Point; readonly startedAt: number; readonly ms: number; timer: { cancel(): void } }
    | undefined;
  #pause: { cancel(): void } | undefined;

  constructor(mechanics: Mechanics) {
    this.#mechanics = mechanics;
    this.planner = new Planner(mechanics.clock, mechanics.at);
    this.planner.onRest = () => this.#atRest();
    this.lost = added([0, 0, 0], mechanics.at, -1);
    this.reception = new Reception(mechanics.clock, (byte) => this.#obey(byte));
    this.state = this.#homes ? "Alarm" : "Idle";
  }

  /** Where it takes its carriage to be. */
  get position(): Point {
    return added(this.planner.position, this.lost);
  }
  /** Where its carriage will be, as it takes it, when all is done. */
  get end(): Point {
    return added(this.planner.end, this.lost);
  }
  get #homes(): boolean {
    return this.number(22) === 1;
  }

  number(setting: number): number {
    return Number(this.#mechanics.settings.get(setting) ?? 0);
  }

  /** A block for the planner, in its own coordinates and mm/min; it begins a little later. */
  plan(target: Point, rate: number, state: "Jog" | "Run"): void {
    this.planner.add({
      target: added(target, this.lost, -1),
      speed: Math.min(rate, this.number(110)) / 60,
      acceleration: this.number(120),
    });
    this.#mechanics.clock.after(planMs, () => {
      if (this.planner.moving || this.planner.empty || this.state !== "Idle") return;
      this.state = state;
      this.planner.resume();
    });
  }

  /** Find the switches: seek, back off, find them slowly, back off. `done` unless it is reset. */
  home(done: () => void): void {
    const from = this.planner.position;
    const seek = this.number(25) / 60;
    // First z, then x and y together. Assumed: 2 s for the slow part.
    const ms = (Math.abs(from[2]) / seek + Math.max(Math.abs(from[0]), Math.abs(from[1])) / seek + 2) * 1000;
    this.state = "Home";
    this.reception.busy = true;
    const { clock } = this.#mechanics;
    const timer = clock.after(ms, () => {
      const off = -this.number(27);
      this.#homing = undefined;
      this.planner.place([off, off, off]);
      this.lost = [0, 0, 0];
      if (this.#statusWanted) this.#report();
      this.state = "Idle";
      this.reception.busy = false;
      done();
    });
    this.#homing = { from, startedAt: clock.now(), ms, timer };
  }

  /** A hard limit: everything is cut off, steps are lost, and only a reset is obeyed. */
  hitLimit(axis: "X" | "Y" | "Z"): void {
    this.pressed = axis;
    if (this.number(21) !== 1 || this.state === "Alarm" || this.state === "Home") return;
    this.lost = added(this.lost, [0.35, 0.35, 0.35]);
    this.critical(1);
  }

  /** An alarm after which only a reset is obeyed. */
  critical(code: 1 | 2): void {
    this.#alarm(code, () => {
      this.#critical = true;
      this.#mechanics.say("[MSG:Reset to continue]");
    });
  }

  #alarm(code: number, then: () => void): void {
    this.#halt();
    this.state = "Alarm";
    this.reception.busy = true;
    this.#mechanics.say(`ALARM:${code}`);
    this.#pause?.cancel();
    this.#pause = this.#mechanics.clock.after(alarmMs, () => {
      this.#pause = undefined;
      then();
    });
  }

  /** Main program from the top: an alarm stays, what was planned and received is gone. */
  start(): void {
    this.#halt();
    this.#critical = false;
    this.#statusWanted = false;
    this.reception.clear();
    this.reception.busy = false;
    this.#reporter.reset();
    if (this.state !== "Alarm") this.state = "Idle";
    this.#mechanics.started();
    this.#mechanics.say("\r\nGrbl 1.1h ['$' for help]");
    if (this.state === "Alarm") this.#mechanics.say("[MSG:'$H'|'$X' to unlock]");
  }

  /** As after power-up: it counts from where it stands. */
  forget(): void {
    this.#halt();
    this.state = this.#homes ? "Alarm" : "Idle";
    this.lost = added([0, 0, 0], this.planner.position, -1);
  }

  #halt(): void {
    this.#pause?.cancel();
    this.#pause = undefined;
    if (this.#homing) {
      const { from, startedAt, ms, timer } = this.#homing;
      timer.cancel();
      const left = 1 - (this.#mechanics.clock.now() - startedAt) / ms;
      this.#homing = undefined;
      this.planner.place([from[0] * left, from[1] * left, from[2] * left]);
    }
    this.planner.kill();
    this.#holding = false;
  }

  #obey(byte: number): boolean {
    if (byte === realTime.reset) this.#reset();
    else if (byte === realTime.status) this.#askStatus();
    else if (byte === realTime.hold || byte === realTime.door) this.#hold(byte === realTime.door);
    else if (byte === realTime.resume) this.#resume();
    else if (byte === realTime.cancelJog && this.state === "Jog") this.#slowDown();
    // Other extended characters are overrides, or nothing; none becomes part of a line.
    return byte > 0x7f || Object.values(realTime).includes(byte);
  }

  #reset(): void {
    const { state } = this;
    // While the message of an alarm leaves, a reset is cleared again.
    if (this.#pause) return;
    const moving = this.planner.moving || state === "Home";
    if (!moving) this.start();
    else if (state === "Home")
      this.#alarm(6, () => {
        this.#mechanics.say("ok");
        this.start();
      });
    else this.#alarm(3, () => this.start());
  }

  /** Homing has no time for it, and a critical alarm no ear. */
  #askStatus(): void {
    if (this.#critical || this.#pause) return;
    if (this.state === "Home") this.#statusWanted = true;
    else this.#mechanics.clock.after(reportMs, () => this.#report());
  }

  #report(): void {
    this.#statusWanted = false;
    const { state, planner, reception } = this;
    const held = state === "Hold" || state === "Door";
    this.#mechanics.say(
      this.#reporter.write({
        state: held ? `${state}:${planner.moving ? (state === "Hold" ? 1 : 2) : 0}` : state,
        position: this.#inSteps(this.position),
        offset: this.workOffset,
        rate: planner.speed * 60,
        room: planner.room,
        free: reception.free,
        pins: this.pressed,
        mask: this.number(10),
        inches: this.number(13) === 1,
      }),
    );
  }

  #inSteps([x, y, z]: Point): Point {
    const whole = (value: number, setting: number) => Math.round(value * this.number(setting)) / this.number(setting);
    return [whole(x, 100), whole(y, 101), whole(z, 102)];
  }

  #hold(door: boolean): void {
    const { state } = this;
    if (state === "Alarm" || state === "Home" || state === "Door") return;
    // A hold ends a jog; there is nothing to go on with.
    if (state === "Jog") this.#slowDown();
    else {
      this.state = door ? "Door" : "Hold";
      this.reception.busy = true;
      this.planner.hold();
    }
  }

  #resume(): void {
    if ((this.state !== "Hold" && this.state !== "Door") || this.planner.moving) return;
    this.state = "Run";
    this.reception.busy = false;
    this.planner.resume();
    this.planner.onRoom();
  }

  #slowDown(): void {
    if (this.#holding) return;
    this.#holding = true;
    this.reception.busy = true;
    this.planner.hold();
  }

  #atRest(): void {
    if (this.state === "Hold" || this.state === "Door") return;
    if (this.#holding) this.planner.kill();
    this.#holding = false;
    this.state = "Idle";
    this.reception.busy = false;
    this.planner.onRoom();
  }
}
