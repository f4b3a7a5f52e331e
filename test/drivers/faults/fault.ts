import type { Subject } from "./subject.ts";

/** Why a fault cannot show on a subject; nothing: it can. */
type Exclusion = (subject: Subject) => string | undefined;

/** A fault by its number, as it is tried on each subject on which it can show. */
export interface FaultTest {
  readonly number: `F${number}`;
  /** What must hold, as the rest of a sentence that begins with the fault and the subject. */
  readonly holds: string;
  readonly excluded: Exclusion;
  /** It takes long: `npm test` tries it on some subjects, `npm run test:thorough` on the others. */
  readonly costly?: true;
  /** What it is tried with, each in a test of its own; once unless told. */
  each?(subject: Subject): readonly string[];
  run(subject: Subject, one: string): Promise<void>;
}

/** The first reason that applies. */
export const unless =
  (...exclusions: readonly Exclusion[]): Exclusion =>
  (subject) =>
    exclusions.map((exclusion) => exclusion(subject)).find((reason) => reason !== undefined);

export const noWire: Exclusion = ({ device }) => (device === undefined ? "it has no serial line" : undefined);
export const noAction: Exclusion = ({ action }) =>
  action === undefined ? "it has no action to be in the middle of" : undefined;
export const notItsOwn: Exclusion = ({ composite }) =>
  composite ? "the device is another Thing's, and is tried with that" : undefined;
export const noHardware: Exclusion = ({ device, placed }) =>
  device === undefined && placed.gpio === undefined ? "it drives nothing" : undefined;
