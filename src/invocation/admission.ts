/** What somebody wants to do to a Thing. */
export interface AdmissionRequest {
  readonly thing: string;
  readonly affordance: string;
  readonly operation: "invoke" | "write";
  readonly urgent: boolean;
  /** Changes nothing. */
  readonly safe: boolean;
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
