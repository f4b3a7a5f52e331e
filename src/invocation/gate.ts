import { NotReadyError } from "../errors.ts";
import type { Admission, AdmissionRequest } from "./admission.ts";
import { admissionRequest } from "./admission-request.ts";
import type { Call } from "./call.ts";
import type { Frame } from "./frame.ts";
import type { Journal } from "./journal.ts";

/** What a call has to pass when it is asked for, and again when it starts. Each throws the error that says why not. */
export class Gate {
  readonly #admission: Admission;
  readonly #journal: Journal;
  #closing = false;

  constructor(admission: Admission, journal: Journal) {
    this.#admission = admission;
    this.#journal = journal;
  }

  close(): void {
    this.#closing = true;
  }

  /** What runs may still call what it needs to clean up, and stopping is never refused. */
  refuseWhenClosing({ rules }: Call): void {
    if (this.#closing && !rules.urgent) throw new NotReadyError("the gateway is shutting down");
  }

  /** What nobody could tell of later does not begin; what stops, or changes nothing, does. */
  refuseUnrecorded({ rules }: Call): void {
    if (!rules.urgent && !rules.safe) this.#journal.assertTakes();
  }

  /** The guards; `parent` is the call that makes this one. */
  admit(call: Call, moment: "request" | "start", parent?: Frame): void {
    this.#admission.admit(admissionRequest(call, parent), moment);
  }

  /** The same for what has not been called. */
  assertAdmits(request: AdmissionRequest): void {
    this.#admission.admit(request, "request");
  }
}
