/** On whose behalf something is done. */
export interface Requester {
  /** The numbers of the leases that the client says it holds. */
  readonly leases?: readonly number[] | undefined;
  /** Nobody has asked: a Thing does it by itself, outside of any invocation. */
  readonly itself?: boolean | undefined;
}

/** What somebody wants to do to a Thing. */
export interface AdmissionRequest extends Requester {
  readonly leases: readonly number[];
  readonly itself: boolean;
  readonly thing: string;
  /** The Things it needs for itself, its own first. */
  readonly takes: readonly string[];
  /** Those of them that are taken already by what it is a part of. */
  readonly held: readonly string[];
  readonly affordance: string;
  readonly operation: "invoke" | "write";
  /** It is part of something that was admitted before. */
  readonly nested: boolean;
  readonly urgent: boolean;
  /** Changes nothing. */
  readonly safe: boolean;
  /** It is there to calibrate its Thing. */
  readonly calibrates: boolean;
  readonly requestedBy: string;
}

/**
 * May this be done? Asked alike for HTTP calls, nested calls and property writes, when work is requested and again when
 * it starts. Throws the error that says why not.
 */
export interface Admission {
  admit(request: AdmissionRequest, moment: "request" | "start"): void;
}

/** Several guards as one: the first that objects decides. */
export const guards = (...all: readonly Admission[]): Admission => ({
  admit(request, moment) {
    for (const guard of all) guard.admit(request, moment);
  },
});
