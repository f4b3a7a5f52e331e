import { DeviceFaultError, now, sleep } from "benchd/driver";
import { parse, parseCounts, parseRate, refusals } from "./protocol.ts";
import { faultOf, type Watch } from "./watch.ts";

/** What a damaged packet says is not done: it is said again, so often in all. */
const sayings = 3;

/** A timer may be early by so much, and sums of times are rounded. */
const timerMs = 1;

export type Dialogue = ReturnType<typeof dialogue>;

/** What can be asked of the pump and told to it, over a line that takes one command at a time. */
export function dialogue(line: { request(message: string): Promise<string> }, address: string, watch: Watch) {
  let spokenAt = now();

  async function ask(text: string) {
    for (let said = 1; ; said++) {
      spokenAt = now();
      const reply = parse(await line.request(address + text), address);
      if (reply.data !== "?COM" || said >= sayings) return reply;
    }
  }

  async function command(text: string) {
    const { alarm, data, prompt } = await ask(text);
    if (alarm) throw faultOf(alarm);
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

    /** Never be silent for much longer than `ms`, for as long as this program is well: the pump would stop by itself. */
    async feed(ms: number) {
      for (;;) {
        await sleep(Math.max(ms / 10, spokenAt + ms - now()));
        // What it tells is seen on its way, and what goes wrong on the line is put right by the line.
        if (now() - spokenAt >= ms - timerMs) await ask("").catch(() => {});
      }
    },

    /** STP pauses a program, a second one ends it, and a pump that stands still refuses it: the prompt decides. */
    async standstill() {
      watch.stroking = false;
      watch.heedless = true;
      try {
        for (let attempt = 0; attempt < 4; attempt++) {
          const { alarm, prompt } = await ask("");
          if (alarm) watch.noted(alarm);
          else if (prompt !== "S") await ask("STP");
          else {
            const counted = await ask("DIS");
            if (!counted.alarm) return parseCounts(counted.data);
            watch.noted(counted.alarm);
          }
        }
      } finally {
        watch.heedless = false;
        watch.acquainted = true;
      }
      throw new DeviceFaultError("the pump does not confirm that it stands still: switch it off");
    },
  };
}
