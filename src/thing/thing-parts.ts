import type { CalibrationState } from "../calibration.ts";
import type { LogLevel } from "../context.ts";
import type { Lane } from "../invocation/lane.ts";
import type { LaneOwner } from "../invocation/lane-owner.ts";
import { codeField, type LogFields } from "../log-fields.ts";
import { ActionCalls } from "./action-calls.ts";
import { Contract } from "./contract.ts";
import { Life } from "./life.ts";
import { Observers } from "./observers.ts";
import { Outputs } from "./outputs.ts";
import { Properties } from "./properties.ts";
import { lastUnknown, note } from "./reconcile.ts";
import { Safety } from "./safety.ts";
import { persisted } from "./settings.ts";
import { Streams } from "./streams.ts";
import type { ThingOptions } from "./thing-options.ts";

/** What a Thing consists of, for as long as it lives. */
export interface ThingParts {
  readonly contract: Contract;
  readonly observers: Observers;
  readonly outputs: Outputs;
  readonly life: Life;
  readonly properties: Properties;
  readonly calls: ActionCalls;
  readonly safety: Safety;
  readonly streams: Streams;
}

interface Asked extends Omit<ThingOptions, "title" | "made"> {
  calibration(): CalibrationState;
}

/** Make the parts of `thing`, each of which tells the others what they have to know. */
export function partsOf(thing: LaneOwner & { readonly lane: Lane }, options: Asked): ThingParts {
  const { name, definition, config, uses, wiring, clock, scheduler, settings, calibration } = options;
  const { lane } = thing;
  const log = (level: LogLevel, message: string, fields?: LogFields) => options.log(name, level, message, fields);
  const stopped = () => options.stopped?.() ?? false;
  const contract = new Contract(definition);
  const observers = new Observers((error) => log("error", `one who watches it failed: ${error}`, codeField(error)));
  const outputs = new Outputs({
    ...{ thing: name, contracts: definition.outputs, chip: wiring.chip, pins: wiring.pins, clock, log },
    ...{ heldLines: options.heldLines, handedOn: options.handedOn, stopped },
    over: (output, error) => {
      scheduler.fail(lane, error);
      void safety.timeIsOver(output, error);
    },
    brought: (levels) => properties.brought(levels),
  });
  const life = new Life({
    name,
    definition,
    config,
    things: Object.fromEntries(Object.entries(uses).map(([slot, used]) => [slot, used.handle])),
    wiring,
    clock,
    outputs,
    log,
    safety: () => safety,
    emit: (event, data) => observers.tell({ kind: "event", name: event, data }),
    told: (property, value) => properties.told(property, value),
    calibration: () => calibration().current,
    emergencyStop: options.emergencyStop,
    alarm: (error) => scheduler.fail(lane, error),
    refused: (error) => scheduler.refuse(lane, error),
    left: (error) => {
      scheduler.refuse(lane, error);
      scheduler.fail(lane, error);
    },
    changed: (state, reason) => {
      properties.become(state);
      observers.tell({ kind: "state", state, reason });
    },
    settings: () => persisted(settings.read(name), contract),
    last: () =>
      lastUnknown(scheduler, name).catch((error: unknown) => {
        log("error", `what it did last cannot be read, and stays as it was told: ${error}`, codeField(error));
        return undefined;
      }),
    reconciled: (last, known) => note(scheduler, name, last, known),
  });
  const properties = new Properties({
    ...{ thing, contract, life, outputs, scheduler, settings, clock },
    changed: (property, value) => observers.tell({ kind: "property", name: property, value }),
  });
  const calls = new ActionCalls({
    ...{ thing, contract, uses, life, blobs: scheduler.blobs, calibration },
    stopFailed: (error) => safety.unconfirmed(error),
  });
  const safety = new Safety({ life, outputs, clock, stopped, cut: options.cut, log });
  const streams = new Streams(definition, life, log);
  return { contract, observers, outputs, life, properties, calls, safety, streams };
}
