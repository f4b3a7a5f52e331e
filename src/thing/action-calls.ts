import { log } from "../ambient.ts";
import type { CalibrationState } from "../calibration.ts";
import type { Requester } from "../invocation/admission.ts";
import type { Blobs } from "../invocation/blobs.ts";
import type { Call } from "../invocation/call.ts";
import type { Lane } from "../invocation/lane.ts";
import type { LaneOwner, Rest } from "../invocation/lane-owner.ts";
import type { ActionAffordance } from "./affordance.ts";
import type { Contract } from "./contract.ts";
import type { Life } from "./life.ts";

/** Who asks for something. */
export interface Asked extends Requester {
  readonly requestedBy: string;
  /** The address. */
  readonly requestedFrom?: string | undefined;
}

export interface InvokeOptions extends Asked {
  /** Instead of the action's: drop the call unless it starts within this time; milliseconds. */
  readonly startWithinMs?: number | undefined;
  readonly startsAfter?: Call["startsAfter"];
  readonly again?: Call["again"];
}

/** Published with every driver that has the hook. */
export const stopAffordance: ActionAffordance = {
  title: "Stop",
  description: "Ends what this Thing does, and whatever drives it, then stops the device.",
  urgent: true,
};

/** Calls through a handle are made by whoever runs them; outside of any call, by the Thing itself. */
export const aStep: InvokeOptions = { requestedBy: "another Thing", itself: true };

/** Nobody has said who asks. */
export const unnamed: Asked = { requestedBy: "" };

interface Parts {
  readonly thing: LaneOwner & { readonly lane: Lane };
  readonly contract: Contract;
  readonly blobs: Blobs;
  /** The Things in its slots. */
  readonly uses: Readonly<Record<string, { readonly lane: Lane }>>;
  readonly life: Life;
  /** How it stands with the calibration of the Thing. */
  calibration(): CalibrationState;
  /** Nobody knows whether the device has stopped. */
  stopFailed(error: unknown): void;
}

/** Turns what somebody asks of a Thing into calls for the scheduler. */
export class ActionCalls {
  readonly #parts: Parts;
  /** By action: what it holds while it runs. */
  readonly #lanes = new Map<string, readonly Lane[]>();
  /** The invocation that was told last of what is wrong with the calibration: once is enough. */
  #warned = "";

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Throws `InputError`, or `NotFoundError`. */
  call(name: string, input: unknown, asked: InvokeOptions): Call {
    const { thing, contract, life, blobs } = this.#parts;
    const rules = contract.action(name);
    const checked = contract.input(name, input);
    const filled = contract.filled(name, checked, blobs);
    return {
      owner: thing,
      lanes: this.#lanesOf(name, rules),
      name,
      operation: "invoke",
      kind: rules.urgent ? "urgent" : "run",
      rules,
      input: checked,
      blobs: filled.ids.length > 0 ? filled.ids : undefined,
      // One by one: most of what happens here is calls, and a spread of many fields costs more than all else of one.
      requestedBy: asked.requestedBy,
      requestedFrom: asked.requestedFrom,
      leases: asked.leases,
      itself: asked.itself,
      startWithinMs: asked.startWithinMs,
      startsAfter: asked.startsAfter,
      again: asked.again,
      idle: this.#idleOf(rules),
      run: (invocation) => {
        if (!rules.urgent && !rules.safe && !rules.calibrates) this.#warn(invocation.id);
        const handler = life.openHandlers().invoke?.[name];
        return life.handle(() => (rules.input ? handler?.(filled.input, invocation) : handler?.(invocation)));
      },
      checkOutput: (output) => contract.checkOutput(name, output),
    };
  }

  /** `stop` is the gateway's. Two of them are one as long as nothing has begun in between. */
  stop({ startWithinMs: _, ...asked }: InvokeOptions): Call {
    const { thing, life, stopFailed } = this.#parts;
    return {
      owner: thing,
      lanes: [],
      name: "stop",
      operation: "invoke",
      kind: "urgent",
      rules: stopAffordance,
      input: null,
      ...asked,
      sharedBy: thing.lane.turns,
      async run() {
        try {
          await life.handle(() => life.openHandlers().stop?.());
        } catch (error) {
          stopFailed(error);
          throw error;
        }
      },
    };
  }

  /** What it is about to do relies on a calibration that may not hold. */
  #warn(invocation: string): void {
    const { reason } = this.#parts.calibration();
    if (reason === undefined || this.#warned === invocation) return;
    this.#warned = invocation;
    log.warning(reason);
  }

  /** By whose outputs they are. */
  #idleOf({ idle }: ActionAffordance): ReadonlyMap<LaneOwner, Rest> | undefined {
    if (!idle) return undefined;
    const { thing, uses } = this.#parts;
    const rests = new Map<LaneOwner, Rest>();
    for (const [name, level] of Object.entries(idle)) {
      const [output = "", slot] = name.split(".").reverse();
      const owner = slot === undefined ? thing : uses[slot]?.lane.owner;
      if (owner) rests.set(owner, { ...rests.get(owner), [output]: level });
    }
    return rests;
  }

  #lanesOf(name: string, { urgent, lane, reserves = [] }: ActionAffordance): readonly Lane[] {
    const known = this.#lanes.get(name);
    if (known) return known;
    const { thing, uses } = this.#parts;
    const reserved = reserves.flatMap((slot) => uses[slot]?.lane ?? []);
    const lanes = urgent || lane === false ? [] : [...new Set([thing.lane, ...reserved])];
    this.#lanes.set(name, lanes);
    return lanes;
  }
}
