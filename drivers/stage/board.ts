import { DeviceFaultError, MalformedReplyError, WrongDeviceError } from "benchd/driver";
import { origin, type Steps } from "./axes.ts";

/** What the board prints when it starts, and answers to `version`. */
const version = /^Sangaboard Firmware v((\d+)\.[\w.-]+)$/;
const position = /^(-?\d+) (-?\d+) (-?\d+)$/;
const delay = /^minimum step delay (\d+)$/;
const ramp = /^ramp[ _]time (\d+)$/;

export const tellsVersion = (line: string) => version.test(line);
export const tellsDelay = (line: string) => delay.test(line);
export const tellsRamp = (line: string) => ramp.test(line);
/** Printed in the middle of whatever is said. */
export const tellsEndstop = (line: string) => line.startsWith("Endstop hit:");

interface Line {
  collect(
    message: string,
    last: (reply: string) => boolean,
    options?: { timeoutMs: number },
  ): Promise<readonly string[]>;
}

/** What can be asked of a Sangaboard; the grammar is that of its firmware's `stage.cpp` (1.x) and `sangaboard.ino` (0.x). */
export class Board {
  readonly #line: () => Line;
  /** Firmware 1.x: takes commands while it moves. */
  stoppable = false;
  /** Between two steps at full speed; ms. */
  stepMs = 1;
  /** To reach full speed, and again to come to rest; ms. */
  rampMs = 0;
  /** The version is being asked for: what else looks like a start is its answer. */
  askingVersion = false;
  /** Where the motors were when they were last asked; in their own frame. */
  seen: Steps = origin;

  /** It may speak while its line is being opened. */
  constructor(line: () => Line) {
    this.#line = line;
  }

  async identify() {
    this.askingVersion = true;
    const told = await this.#ask("version").finally(() => {
      this.askingVersion = false;
    });
    const [, firmware, generation] = version.exec(told) ?? [];
    if (!firmware)
      throw new WrongDeviceError(
        `a Sangaboard is expected, but ${told} answers: connect the right one, then reset it (DELETE /{thing}/quarantine)`,
      );
    if (Number(generation) > 1)
      throw new WrongDeviceError(`this driver knows Sangaboard firmware 0.x and 1.x, not ${firmware}`);
    this.stoppable = generation === "1";
    const board = await this.#ask("board");
    this.stepMs = Number((await this.#expect("dt?", delay))[1]) / 1000;
    this.rampMs = Number((await this.#expect("ramp_time?", ramp))[1]) / 1000;
    // Kept by the board for good, so written only if it is not so already.
    if (this.stoppable && (await this.#expect("blocking_moves?", /^blocking_moves (\w+)$/))[1] !== "false")
      await this.#expect("blocking_moves false", /^done\.$/);
    // Builds before 1.0 do not know the question.
    return { model: board.startsWith("Sangaboard") ? board : "Sangaboard", firmware };
  }

  async position(): Promise<Steps> {
    const [, x, y, z] = await this.#expect("p?", position);
    this.seen = { x: Number(x), y: Number(y), z: Number(z) };
    return this.seen;
  }

  /** Firmware 1.x answers as it starts to move, 0.x when it has arrived. */
  async move({ x, y, z }: Steps, timeoutMs = 1000): Promise<void> {
    await this.#expect(`mr ${x} ${y} ${z}`, /^done\.?$/, timeoutMs);
  }

  /** Firmware 1.x only. */
  async moving(): Promise<boolean> {
    return (await this.#expect("moving?", /^(true|false)$/))[1] === "true";
  }

  /** Firmware 1.x only. */
  async abort(): Promise<void> {
    await this.#ask("stop");
  }

  async zero(): Promise<void> {
    await this.#expect("zero", /^position reset to 0 0 0$/);
  }

  async #expect(command: string, wanted: RegExp, timeoutMs?: number): Promise<RegExpExecArray> {
    const reply = await this.#ask(command, timeoutMs);
    const match = wanted.exec(reply);
    if (match) return match;
    if (/^(Error|Invalid|Type 'help')/.test(reply))
      throw new DeviceFaultError(`the board refuses ${command}: ${reply}: update its firmware`);
    throw new MalformedReplyError(`the board answers ${command} with ${reply}`);
  }

  async #ask(command: string, timeoutMs?: number): Promise<string> {
    const told = await this.#line().collect(
      command,
      (line) => !tellsEndstop(line),
      timeoutMs ? { timeoutMs } : undefined,
    );
    return told.at(-1) ?? "";
  }
}
