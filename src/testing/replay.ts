import type { DiscreteClock } from "../discrete-clock.ts";
import { NotFoundError } from "../errors.ts";
import type { Dialogue, Transcript } from "../transcript.ts";
import type { LineSettings } from "../transport/byte-stream.ts";
import type { Twin, TwinContext } from "../twin/twin.ts";
import { scriptedDevice } from "./replay/device.ts";
import { playDriver, type Tolerance } from "./replay/driver.ts";
import { readTranscript, scriptOf } from "./replay/script.ts";

/** A recorded dialogue, to be held against the driver and against the twin. */
export interface Replay {
  /** What the driver of that Thing was given. */
  config(thing: string): Readonly<Record<string, unknown>>;
  /**
   * The device, as a twin: it answers exactly what was recorded, and falls silent at the first difference. `verify`
   * throws with the difference, or unless all of it was said.
   */
  device(thing: string): (context: TwinContext) => ReturnType<typeof scriptedDevice>;
  /**
   * The driver: says what was recorded, when it was said, and throws with the difference when the twin answers
   * otherwise. Numbers may differ as far as `tolerance` lets them; not at all unless told.
   */
  drive(thing: string, twin: Twin, options: DriveOptions): Promise<void>;
}

/** How a recorded dialogue is played to a twin. */
export interface DriveOptions {
  /** The clock the twin runs by. */
  readonly clock: DiscreteClock;
  /** How far numbers may differ; not at all unless told. */
  readonly tolerance?: Tolerance;
}

/**
 * Read what `benchd transcript` has written.
 *
 * @example
 * const recording = replay(await readFile("dispense.json", "utf8"));
 * const bench = await openBench({ pump: { definition, twin: recording.device("pump"), config: recording.config("pump") } });
 */
export function replay(transcript: Transcript | string): Replay {
  const { things } = readTranscript(transcript);
  const dialogue = (thing: string): Dialogue => {
    const found = Object.hasOwn(things, thing) ? things[thing] : undefined;
    if (!found) throw new NotFoundError(`the transcript has no ${thing}: it has ${Object.keys(things).join(", ")}`);
    return found;
  };
  return {
    config: (thing) => dialogue(thing).config,
    device:
      (thing) =>
      ({ clock }) =>
        scriptedDevice(thing, scriptOf(dialogue(thing)), clock),
    async drive(thing, { open }, { clock, tolerance = () => false }) {
      const { line } = dialogue(thing);
      if (!open || !line) throw new NotFoundError(`there is nothing to replay: ${thing} has no serial line`);
      const script = scriptOf(dialogue(thing));
      await playDriver({ thing, script, settings: line as LineSettings, open, clock, tolerance });
    },
  };
}
