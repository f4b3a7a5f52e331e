import type { Asker } from "../../asker.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { InputError, NotFoundError } from "../../errors.ts";
import { recordingEnds } from "../../journal/recordings/about.ts";
import type { Thing } from "../../thing/thing.ts";
import type { Recording } from "./recording.ts";
import { keyOf } from "./source.ts";

/** What may become of a recording. */
export const recordingStates = ["recording", ...recordingEnds] as const;

/** What is to be recorded. */
export interface RecordingRequest {
  readonly name: string;
  readonly properties: readonly { readonly thing: string; readonly property: string }[];
  /** So often; undefined: whenever one of them changes. Bench milliseconds. */
  readonly everyMs: number | undefined;
  /** It ends by itself after so long; bench milliseconds. */
  readonly forMs?: number | undefined;
  /** The invocation it belongs to. */
  readonly run?: string | undefined;
  /** The name that it has in the configuration, where that has begun it. */
  readonly configured?: string | undefined;
  readonly by: Asker;
  /** Told when it takes no more rows. */
  readonly ended?: ((recording: Recording) => void) | undefined;
}

export const maxProperties = 100;
export const minEveryMs = 10;
export const maxEveryMs = 24 * 60 * 60 * 1000;
/** What a recording may be called. */
export const recordingName = "^[A-Za-z0-9][A-Za-z0-9_ .-]{0,99}$";
const named = new RegExp(recordingName);

/** The Thing of that name; throws `NotFoundError`. */
export function thingOf(things: ReadonlyMap<string, Thing>, name: string): Thing {
  const thing = things.get(name);
  if (!thing) throw new NotFoundError(`there is no Thing ${name}${didYouMean(name, things.keys())}`);
  return thing;
}

/** Throws `InputError` for what cannot be recorded like that, and `NotFoundError` for what is not there. */
export function assertSound(request: RecordingRequest, things: ReadonlyMap<string, Thing>): void {
  const { name, properties, everyMs, forMs } = request;
  if (!named.test(name))
    throw new InputError(`a recording has a name of letters, digits, spaces and ._-, up to 100, such as "titration"`);
  if (properties.length === 0 || properties.length > maxProperties)
    throw new InputError(`a recording has 1 to ${maxProperties} properties`);
  if (everyMs !== undefined && !(everyMs >= minEveryMs && everyMs <= maxEveryMs))
    throw new InputError(`a recording samples every ${minEveryMs} ms to 24 h, not every ${everyMs} ms`);
  if (forMs !== undefined && !(forMs > 0)) throw new InputError("a recording goes on for more than 0 ms");
  const seen = new Set<string>();
  for (const one of properties) {
    const { thing, property } = one;
    const known = thingOf(things, thing).definition.properties ?? {};
    if (!Object.hasOwn(known, property))
      throw new NotFoundError(
        `there is no property ${property} of ${thing}${didYouMean(property, Object.keys(known))}`,
      );
    const key = keyOf(one);
    if (seen.has(key)) throw new InputError(`${key} is there twice: a recording has each property once`);
    seen.add(key);
  }
}
