import { type Clock, realClock } from "../../clock.ts";
import { NotReadyError } from "../../errors.ts";
import { NobodyKnowsError } from "../gateway-errors.ts";
import type { Shell } from "../shell.ts";
import { visible } from "../visible.ts";
import type { Answering } from "./answering.ts";
import type { RunClient, ToldRun } from "./asked-run.ts";

/** How often it is looked at; real milliseconds. */
const lookMs = 200;
/** The gateway may be gone for a while, as when the network is. */
const maxFailures = 10;
const failedMs = 2000;

const ended = new Set(["completed", "cancelled", "error"]);

interface Options {
  readonly id: string;
  readonly client: RunClient;
  readonly answering: Answering;
  readonly shell: Pick<Shell, "print" | "tell">;
  readonly clock?: Clock;
}

/** Tell where a run is, and see to its questions, until it has ended. Throws `NobodyKnowsError` when nobody can tell any more. */
export async function follow({ id, client, answering, shell, clock = realClock }: Options): Promise<ToldRun> {
  let told = new Set<string>();
  let failures = 0;
  for (;;) {
    try {
      const run = await client.run(id);
      const lines = linesOf(run);
      for (const line of lines) if (!told.has(line)) shell.print(visible(line));
      told = new Set(lines);
      if (ended.has(run.state)) return run;
      await answering.look(await client.prompts(id));
      failures = 0;
    } catch (error) {
      if (!(error instanceof NotReadyError)) throw error;
      if (++failures >= maxFailures)
        throw new NobodyKnowsError(
          `nobody knows what becomes of the run ${id}: ${error.message}\nWhen the gateway answers again, this tells how it went:\n  benchd runs show ${id}${client.bench.where}`,
          { cause: error },
        );
      shell.tell(visible(`${error.message} (the run ${id} may go on; asking again)`));
      await wait(clock, failedMs);
    }
    await wait(clock, lookMs);
  }
}

function linesOf({ state, positions }: ToldRun): readonly string[] {
  const here = positions.map(({ line, text, round }) => {
    const which = round ? ` (round ${round.n}${round.of > 1 ? ` of ${round.of} at most` : ""})` : "";
    return `  line ${String(line).padEnd(3)} ${text}${which}`;
  });
  return state === "paused" ? [...here, "  paused, before that step"] : here;
}

const wait = (clock: Clock, ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
