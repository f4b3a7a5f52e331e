import { bounded } from "../bounded.ts";
import type { LogLevel } from "../context.ts";
import { type CancelReason, DeviceFaultError, type OutputLimitError } from "../errors.ts";
import type { SafetyStep } from "../invocation/lane-owner.ts";
import { codeField, type LogFields } from "../log-fields.ts";
import type { Table } from "./affordance.ts";
import { heldOn } from "./output-policies.ts";
import { attempt, confirmMs, OutputTurns, type TurnsOptions } from "./output-turns.ts";
import { OutputWays, type Way } from "./output-ways.ts";

export interface SafetyOptions extends TurnsOptions {
  /** The emergency stop is latched. */
  stopped(): boolean;
  /** Make an output of another Thing safe, `relays.pump_power`: it cuts one of ours off. */
  readonly cut?: ((output: string, why: string) => void) | undefined;
  log(level: LogLevel, message: string, fields?: LogFields): void;
}

/** How one Thing is stopped and its outputs are brought to where nobody gets hurt. */
export class Safety {
  readonly #options: SafetyOptions;
  readonly #turns: OutputTurns;
  /** The emergency stop that was sent last, until the device has answered. */
  #latest: Promise<void> | undefined;
  readonly #ways: OutputWays;

  constructor(options: SafetyOptions) {
    this.#options = options;
    this.#turns = new OutputTurns(options);
    this.#ways = new OutputWays(options);
  }

  /** Where several Things are made safe, lower goes first. */
  get order(): number {
    const orders = Object.values(this.#contracts).map(({ order = 0 }) => order);
    return orders.length > 0 ? Math.min(...orders) : 0;
  }

  /** How long after the others its last output is made safe; ms. */
  get afterMs(): number {
    return this.#turns.afterMs;
  }

  /** What the ladder does after the fence. */
  steps(reason: CancelReason): readonly SafetyStep[] {
    const { life } = this.#options;
    const { stop, safe } = life.handlers ?? {};
    const unconfirmed = (error: Error) => this.unconfirmed(error);
    // In an emergency outputs have values of their own, and the order among Things is not the ladder's to choose.
    if (reason === "emergency_stop") {
      return [{ what: "emergency stop", act: () => this.#latest ?? this.emergency(), moreMs: this.afterMs }];
    }
    const hasOutputs = safe !== undefined || Object.keys(this.#contracts).length > 0;
    // Where everything waits the stop does too: it would take the outputs with it.
    const stopsFirst = stop !== undefined && this.#turns.waitMs === 0;
    const act = () => this.makeSafe([], !stopsFirst);
    return [
      ...(stopsFirst ? [{ what: "stop", act: () => this.#turns.run("stop", () => stop()), unconfirmed }] : []),
      ...(hasOutputs ? [{ what: "safe state", act, unconfirmed, moreMs: this.afterMs }] : []),
    ];
  }

  /**
   * Stop and bring the outputs to their emergency values, ahead of everything. Sent at every press: only what the device
   * confirms to the latest counts for the earlier ones too.
   */
  emergency(): Promise<void> {
    const mine = this.#turns.bring({ kept: [], ...this.#ways.inEmergency, stops: true });
    this.#latest = mine;
    const over = () => {
      if (this.#latest === mine) this.#latest = undefined;
    };
    mine.then(over, over);
    return mine.catch((error: unknown) => {
      if (this.#latest && this.#latest !== mine) return this.#latest;
      throw error;
    });
  }

  /** Where outputs go when they are made safe. */
  get way(): Way {
    return this.#ways.usual;
  }

  /** Bring the outputs to their safe values, but those in `held`, each in its turn. */
  makeSafe(held: readonly string[], stops = false): Promise<void> {
    return this.#turns.bring({ kept: held, ...this.way, stops });
  }

  /** From now on these outputs have these values in place of their safe ones, at once; an empty table only lets go. */
  async interlock(values: Table<boolean | number>): Promise<void> {
    this.#ways.interlocked = values;
    const kept = Object.keys(this.#contracts).filter((name) => !Object.hasOwn(values, name));
    if (Object.keys(values).length > 0) await this.#turns.bring({ kept, ...this.way, stops: false });
  }

  /** Before it is closed, where there is an order to keep: closing knows none. */
  async goDown(held: readonly string[]): Promise<void> {
    const { clock, log } = this.#options;
    if (!Object.values(this.#contracts).some(({ order = 0, afterMs = 0 }) => order !== 0 || afterMs > 0)) return;
    await bounded(clock, confirmMs + this.afterMs, this.makeSafe(held)).catch((error: Error) =>
      log("error", `its outputs have not confirmed to be safe: ${error.message}`, codeField(error)),
    );
  }

  /** Its driver has failed, and drives it no more. Never rejects. */
  async driverFailed(): Promise<void> {
    const { clock, log } = this.#options;
    for (const { what, act, moreMs = 0, unconfirmed } of this.steps("failed"))
      await bounded(clock, confirmMs + moreMs, act()).catch((error: unknown) => {
        unconfirmed?.(error instanceof Error ? error : new DeviceFaultError(String(error)));
        log("error", `its driver has failed, and ${what} was not confirmed: ${error}`, codeField(error));
      });
  }

  /** Whoever used it has gone: what its contract does not let hold goes safe. Rejects when that is not confirmed. */
  leaseLost(): Promise<void> {
    return this.#leave(heldOn(this.#contracts, "onLeaseLoss"));
  }

  /** What has used it has ended before its time: its outputs go safe. Rejects when that is not confirmed. */
  leftBehind(): Promise<void> {
    return this.#leave([]);
  }

  async #leave(held: readonly string[]): Promise<void> {
    try {
      await bounded(this.#options.clock, confirmMs + this.afterMs, this.makeSafe(held));
    } catch (error) {
      this.unconfirmed(error);
      throw error;
    }
  }

  /** The time of an output is over, or it is to cut off another: it goes safe, and nothing else does. */
  async makeOneSafe(name: string): Promise<void> {
    const { life, outputs, clock } = this.#options;
    outputs.owe([name], this.#ways.wanted);
    const failure = await attempt(() => outputs.drive([name], this.#ways.wanted));
    if (failure !== undefined) throw failure;
    const others = Object.keys(this.#contracts).filter((other) => other !== name);
    const hook = this.#turns.run("safe", async () => {
      const { safe } = life.openHandlers();
      if (!safe && !outputs.isPin(name)) throw new DeviceFaultError(`its driver has no "safe" to bring ${name} there`);
      await safe?.(others);
    });
    // A pin is safe, whatever its driver makes of that.
    const confirmed = bounded(clock, confirmMs, hook);
    await (outputs.isPin(name) ? confirmed.catch(() => {}) : confirmed);
    outputs.madeSafe([name]);
  }

  /** `maxOnMs` or `renewEveryMs` is over. */
  async timeIsOver(name: string, over: OutputLimitError): Promise<void> {
    this.#options.log("error", over.message, codeField(over));
    try {
      await this.makeOneSafe(name);
    } catch (error) {
      this.#options.log("error", `${name} has not confirmed to be safe: ${error}`, codeField(error));
      this.unconfirmed(error, [name]);
    }
  }

  /** Nobody knows whether they are safe: where something can cut them off, it does. */
  unconfirmed(error: unknown, names: readonly string[] = Object.keys(this.#contracts)): void {
    const cuts = names.flatMap((name) => this.#contracts[name]?.cutBy ?? []);
    const why = error instanceof Error ? error.message : String(error);
    for (const cut of new Set(cuts)) this.#options.cut?.(cut, why);
  }

  get #contracts() {
    return this.#options.outputs.contracts;
  }
}
