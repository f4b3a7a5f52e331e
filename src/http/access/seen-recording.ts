import { NotFoundError } from "../../errors.ts";
import type { Recordings, ToldRecording } from "../../experiment/recordings/recordings.ts";
import type { Sight } from "./sight.ts";

/** A recording exists for whoever may read all that is recorded. */
export const seesRecording = (sight: Sight, { things }: Pick<ToldRecording, "things">): boolean =>
  sight.seesAll(things);

/** Throws `NotFoundError`, with the same words whether there is none or it is hidden. */
export function seenRecording(recordings: Recordings, sight: Sight, id: string): ToldRecording {
  const told = recordings.get(id);
  if (!seesRecording(sight, told)) throw new NotFoundError(`there is no recording ${id}`);
  return told;
}
