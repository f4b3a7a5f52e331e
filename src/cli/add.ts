import { realClock } from "../clock.ts";
import { newAbort, runAs, type Work } from "../context.ts";
import { InvocationCancelledError } from "../errors.ts";
import { openCatalogue } from "../gateway/catalogue.ts";
import { replaceConfig } from "../gateway/config/write.ts";
import { openPort } from "../transport/ports/open-port.ts";
import { type Conversation, converse } from "./add/converse.ts";
import { Dialogue } from "./add/dialogue.ts";
import type { Command } from "./shell.ts";
import { listenForStop } from "./stop.ts";
import { readArguments } from "./usage.ts";

/** The command that adds a device, on a machine. */
export const addOn = ({ root, clock, port }: Pick<Conversation, "root" | "clock" | "port">): Command => ({
  usage: "benchd add [--config FILE]",
  summary: "Walk through adding a device: plug it in, choose its driver, and write its entry into the configuration.",
  help: [
    "--config FILE    the configuration; benchd.yaml unless told, and begun if there is none",
    "",
    "Nothing is opened but the one port that you agree to, and nothing is written before the end.",
  ],

  async run(args, shell) {
    const { values } = readArguments(args, { config: { type: "string", default: "benchd.yaml" } });
    const { config: file } = values;
    const stop = listenForStop(shell);
    const ended = newAbort();
    void stop.first.then(() => ended.abort(new InvocationCancelledError("given up", "client")));
    const work: Work = { kind: "open", thing: "", clock, signal: ended.signal, fence: ended.signal, log() {} };
    const conversation = { dialogue: new Dialogue(shell), catalogue: openCatalogue(), file, root, clock, port };
    try {
      const conversing = runAs(work, () => converse(conversation)).catch((error: unknown) => {
        if (!ended.signal.aborted) throw error;
      });
      const draft = await Promise.race([conversing, stop.fatal.then((error) => Promise.reject(error))]);
      if (draft) await replaceConfig(file, draft.before, draft.after);
      shell.print(draft ? `${file} is written; a gateway reads it when it starts.` : "Nothing was written.");
      return draft ? 0 : 1;
    } finally {
      stop.release();
    }
  },
});

export const add = addOn({ root: "/", clock: realClock, port: (wiring) => openPort(wiring) });
