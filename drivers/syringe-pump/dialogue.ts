import { DeviceFaultError, DeviceResetError, log, OperatedLocallyError } from "benchd/driver";
import { alarms, parse, parseCounts, parseRate, prompts, refusals } from "./protocol.ts";

/** Looks at every reply: the pump takes an alarm for acknowledged once it has told it, whoever asked. */
export class Watch {
  readonly #address: string;
  /** Our stroke runs: another state than moving or done means that someone used the keys. */
  stroking = false;
  /** The pump is being brought to a stop, or first spoken to: an alarm is only noted. */
  heedless = true;
  /** It has been spoken to: what it tells from now on has happened while we were there. */
  acquainted = false;
  /** Its power was off since its counter was last cleared: what that shows now tells nothing. */
  counterLost = false;

  constructor(address: string) {
    this.#address = address;
  }

  observe(reply: string) {
    const { alarm, prompt } = parse(reply, this.#address);
    if (alarm === "R") this.counterLost = true;
    if (alarm && !this.heedless) {
      const text = `the pump ${alarms[alarm] ?? `reports alarm ${alarm}`}`;
      return alarm === "R" ? new DeviceResetError(text) : new DeviceFaultError(text);
    }
    if (this.stroking && prompt && !"IWS".includes(prompt))
      return new OperatedLocallyError(`someone used the keys of the pump: it is ${prompts[prompt]}`);
    return undefined;
  }
}

export type Dialogue = ReturnType<typeof dialogue>;

/** What can be asked of the pump and told to it, over a line that takes one command at a time. */
export function dialogue(line: { request(message: string): Promise<string> }, address: string, watch: Watch) {
  const ask = async (text: string) => parse(await line.request(address + text), address);

  async function command(text: string) {
    const { data, prompt } = await ask(text);
    if (data.startsWith("?")) throw new DeviceFaultError(`the pump refuses ${text}: ${refusals[data] ?? data}`);
    return { data, prompt };
  }

  return {
    command,

    async counts() {
      const { data, prompt } = await command("DIS");
      return { prompt, ...parseCounts(data) };
    },

    async rate() {
      const { data, prompt } = await command("RAT");
      return { moving: prompt !== "S", ...parseRate(data) };
    },

    /** Settings wear the pump's memory: only what differs is written, and only what is read back is believed. */
    async ensure(name: string, wanted: string, shows = (shown: string) => shown === wanted) {
      const before = (await command(name)).data;
      if (shows(before)) return;
      await command(name + wanted);
      const after = (await command(name)).data;
      if (!shows(after))
        throw new DeviceFaultError(`the pump shows ${after} for ${name} after it was set to ${wanted}`);
    },

    /** STP pauses a program, a second one ends it, and a pump that stands still refuses it: the prompt decides. */
    async standstill() {
      watch.stroking = false;
      watch.heedless = true;
      try {
        for (let attempt = 0; attempt < 4; attempt++) {
          const { alarm, prompt } = await ask("");
          // A pump that was switched on before we came has done nothing that anyone needs to look at.
          const level = alarm === "R" && !watch.acquainted ? "debug" : "warning";
          if (alarm) log[level](`the pump ${alarms[alarm] ?? `reports alarm ${alarm}`}`);
          else if (prompt === "S") return parseCounts((await command("DIS")).data);
          else await ask("STP");
        }
      } finally {
        watch.heedless = false;
        watch.acquainted = true;
      }
      throw new DeviceFaultError("the pump does not confirm that it stands still: switch it off");
    },
  };
}
