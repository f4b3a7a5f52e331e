import { DeviceFaultError, DeviceResetError, log, OperatedLocallyError } from "benchd/driver";
import type { Mode } from "./mode.ts";
import { alarmIn, alarms, parse, prompts, tellsVersion } from "./protocol.ts";

/**
 * Looks at all that the pump says. It tells an alarm to whoever asks next, and takes it for acknowledged then. In Safe
 * mode it tells it beforehand too, unasked: the first time an alarm comes answers nobody, the second time it does; any
 * other reply to what was asked since shows that none is pending. Manual 10.2.3 and 10.3.
 */
export class Watch {
  /** Our stroke runs: another state than moving or done means that someone used the keys. */
  stroking = false;
  /** The pump is being brought to a stop, or first spoken to: an alarm is only noted. */
  heedless = true;
  /** It has been spoken to: what it tells from now on has happened while we were there. */
  acquainted = false;
  /** Its power was off since its counter was last cleared: what that shows now tells nothing. */
  counterLost = false;
  /** What it has answered since we are deaf. */
  answered: "alarm" | "prompt" | undefined;
  readonly #address: string;
  readonly #mode: Mode;
  #deaf = false;
  #spokenTo = false;
  /** The alarm that was told unasked, and will be told to whoever asks next. */
  #announced: string | undefined;
  /** What is answered next may have been asked before that alarm, and tell nothing of it. */
  #overtaken = false;

  constructor(address: string, mode: Mode) {
    this.#address = address;
    this.#mode = mode;
  }

  /** Whatever comes answers nobody. */
  beDeaf(deaf: boolean): void {
    this.#spokenTo = true;
    this.#deaf = deaf;
    this.answered = undefined;
  }

  /**
   * Whether that proves that the line is in step. As long as it has not been spoken to, an alarm will do: it comes
   * instead of the proof, as it does each time after a while without us, and nobody relies on the next answer yet.
   */
  proves(reply: string): boolean {
    return tellsVersion(reply, this.#address) || (!this.#spokenTo && this.#alarm(reply) !== undefined);
  }

  /** Whether that answers nobody. */
  unasked(reply: string): boolean {
    if (this.#deaf) return true;
    const told = this.#mode === "safe" ? alarmIn(reply) : undefined;
    if (told?.from !== this.#address) return told !== undefined;
    return this.#spokenTo && told.alarm !== this.#announced;
  }

  /** Take what answers nobody. An alarm ends what runs. */
  overhear(reply: string) {
    const alarm = this.#alarm(reply);
    if (this.#deaf) {
      const { data, prompt } = this.#understood(reply);
      // Where what is sent comes back, it says no more than that.
      if (alarm || (prompt && data === "")) this.answered = alarm ? "alarm" : "prompt";
    } else if (alarm) {
      this.#announced = alarm;
      this.#overtaken = true;
    }
    if (alarm === undefined) return undefined;
    this.noted(alarm);
    return this.heedless ? undefined : faultOf(alarm);
  }

  /** Take a reply. */
  observe(reply: string) {
    const { alarm, prompt } = parse(reply, this.#address);
    if (alarm || !this.#overtaken) this.#announced = undefined;
    this.#overtaken = false;
    if (alarm === "R") this.counterLost = true;
    if (alarm && !this.heedless) return faultOf(alarm);
    if (this.stroking && prompt && !"IWS".includes(prompt))
      return new OperatedLocallyError(`someone used the keys of the pump: it is ${prompts[prompt]}`);
    return undefined;
  }

  /** Log an alarm that ends nothing by itself. */
  noted(alarm: string): void {
    if (alarm === "R") this.counterLost = true;
    // A pump that was switched on before we came has done nothing that anyone needs to look at.
    log[alarm === "R" && !this.acquainted ? "debug" : "warning"](textOf(alarm));
  }

  #alarm(reply: string): string | undefined {
    const told = alarmIn(reply);
    return told?.from === this.#address ? told.alarm : undefined;
  }

  #understood(reply: string): Partial<ReturnType<typeof parse>> {
    try {
      return parse(reply, this.#address);
    } catch {
      return {}; // Said in the other mode, or by another pump.
    }
  }
}

export const faultOf = (alarm: string) =>
  alarm === "R" ? new DeviceResetError(textOf(alarm)) : new DeviceFaultError(textOf(alarm));

const textOf = (alarm: string) => `the pump ${alarms[alarm] ?? `reports alarm ${alarm}`}`;
