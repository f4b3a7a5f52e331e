import type { Clock } from "../clock.ts";
import { assertUnfenced, type InvocationView, type LogLevel } from "../context.ts";
import type { LogFields } from "../log-fields.ts";
import { type Blobs, noBlobs } from "./blobs.ts";
import { type Calibrating, noCalibrations } from "./calibrating.ts";
import type { Call } from "./call.ts";
import { asError } from "./cause.ts";
import type { Frame } from "./frame.ts";
import { climb, descend } from "./ladder.ts";
import { noPrompts, type Prompts } from "./prompts.ts";

export interface HostOptions {
  /** The bench clock. */
  readonly clock: Clock;
  /** What keeps blobs; nothing, unless told. */
  readonly blobs?: Blobs;
  /** What brings questions to people; nothing, unless told. */
  readonly prompts?: Prompts;
  /** What keeps calibrations; nothing, unless told. */
  readonly calibrations?: Calibrating;
  /** For tests: told of every ambient wait of every call. */
  suspended?: ((frame: Frame) => void) | undefined;
  log(thing: string, level: LogLevel, message: string, fields?: LogFields): void;
}

/** What the calls of a scheduler share, and what becomes of what they tell. */
export class Host {
  readonly clock: Clock;
  readonly blobs: Blobs;
  readonly prompts: Prompts;
  readonly calibrations: Calibrating;
  readonly suspended: ((frame: Frame) => void) | undefined;
  readonly log: HostOptions["log"];
  readonly #request: (call: Call) => InvocationView;

  /** `request` has another invocation accepted. */
  constructor(
    { clock, blobs, prompts, calibrations, suspended, log }: HostOptions,
    request: (call: Call) => InvocationView,
  ) {
    this.clock = clock;
    this.blobs = blobs ?? noBlobs;
    this.prompts = prompts ?? noPrompts;
    this.calibrations = calibrations ?? noCalibrations;
    this.suspended = suspended;
    this.log = log;
    this.#request = request;
  }

  /** An invocation of its own, on behalf of the same client. */
  detached(from: Frame, title: string, work: () => Promise<void>): InvocationView {
    assertUnfenced();
    const { leases, itself } = from.root.requester ?? {};
    const { id, thing, action } = this.#request({
      owner: from.owner,
      lanes: [],
      name: title,
      operation: "invoke",
      kind: "run",
      rules: {},
      input: null,
      requestedBy: from.record?.id ?? from.label,
      leases,
      itself,
      run: work,
    });
    return { id, thing, action };
  }

  acknowledged(root: Frame): void {
    descend(root);
  }

  /** Background work has failed: so has what started it. */
  failed(frame: Frame, error: unknown): void {
    // Background work has no end of its own that anybody waits for: what it belongs to fails.
    let call = frame;
    while (!call.onForced && call.parent) call = call.parent;
    if (!call.aborted) climb(call, { reason: "failed", status: "error", error: asError(error) });
  }
}
