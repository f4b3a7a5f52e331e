import { isAbsolute } from "node:path";
import { InputError, NotFoundError } from "../../errors.ts";
import type { Invocation } from "../../invocation/invocation.ts";
import { readPlainFile } from "../../plain-file.ts";
import type { Thing } from "../../thing/thing.ts";
import type { Procedure } from "../procedure/procedure.ts";
import type { Procedures } from "../procedure/procedures.ts";
import { readProcedure } from "../procedure/read.ts";
import type { Runs } from "../runs/runs.ts";
import { actsOf, thingsOf } from "../runs/steps-of.ts";
import type { Job } from "./schedule-config.ts";

/** A job that could begin now. */
export interface Prepared {
  /** The names of the Things that it is about. */
  readonly things: readonly string[];
  /** Throws what keeps it from beginning at once: nothing waits for a lane. */
  start(requestedBy: string): Invocation;
}

/** What begins the jobs of schedules. */
export interface Starter {
  /** Read anew what it does. Rejects with what keeps it from being read. */
  prepare(job: Job): Promise<Prepared>;
}

interface Parts {
  readonly things: ReadonlyMap<string, Thing>;
  readonly procedures: Pick<Procedures, "find">;
  readonly runs: Pick<Runs, "start">;
}

/** A lane that another Thing's call holds is given on within this, or the job is left out; process clock, ms. */
const startWithinMs = 1000;
/** A procedure has no more; bytes. */
const maxBytes = 256 * 1024;

type Of<K extends Job["kind"]> = Extract<Job, { readonly kind: K }>;

export const starter = (parts: Parts): Starter => ({
  async prepare(job) {
    if (job.kind === "action")
      return { things: [job.thing], start: (requestedBy) => startAction(job, parts, requestedBy) };
    const { procedure, document } = await readJob(job, parts);
    return {
      things: thingsOf(procedure),
      start(requestedBy) {
        for (const { thing } of actsOf(procedure)) assertFree(parts.things.get(thing), "begin it");
        return parts.runs.start({ procedure, document, requestedBy });
      },
    };
  },
});

function startAction({ thing: name, action, input }: Of<"action">, { things }: Parts, requestedBy: string): Invocation {
  const thing = things.get(name);
  if (!thing) throw new NotFoundError(`there is no Thing ${name}`);
  const { urgent = false, lane = true } = thing.actions[action] ?? {};
  if (lane && !urgent) assertFree(thing, action);
  return thing.invoke(action, input, { requestedBy, startWithinMs });
}

/** Throws `LaneHeldError` while somebody uses it, or waits for it. */
function assertFree(thing: Thing | undefined, what: string): void {
  if (thing && !(thing.lane.idle && thing.lane.queue.length === 0)) throw thing.lane.heldError(what);
}

interface Found {
  readonly procedure: Procedure;
  /** The text, where no library keeps it. */
  readonly document: string | undefined;
}

async function readJob({ procedure: named, parameters }: Of<"procedure">, { procedures }: Parts): Promise<Found> {
  return isAbsolute(named) ? readFileJob(named, parameters) : procedures.find({ procedure: named }, parameters);
}

/** A file that the configuration names, as it is now. */
export async function readFileJob(
  file: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<{ readonly procedure: Procedure; readonly document: string }> {
  const document = await textOf(file);
  return { procedure: readProcedure({ text: document, file, parameters }), document };
}

async function textOf(file: string): Promise<string> {
  const read = await readPlainFile(file, maxBytes).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? cause.code : "";
    throw new InputError(`${file} cannot be read (${code}): name the file of a procedure`, [], { cause });
  });
  if (!read.bytes) throw new InputError(`${file}: ${read.why}`);
  return read.bytes.toString("utf8");
}
