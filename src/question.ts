import type { Static, TSchema } from "./typebox.ts";

/** What somebody who stands at the bench is to be asked. */
export interface Question<S extends TSchema = TSchema> {
  /** What to do or to tell, in a sentence or two. */
  readonly message: string;
  /** What an answer looks like; unless told, one only says that it is done, and the answer is null. */
  readonly schema?: S | undefined;
  /** Nobody has answered after so long; milliseconds of bench time, no limit unless told. */
  readonly timeoutMs?: number | undefined;
  /** Then the action fails, unless there is an answer to go on with. */
  readonly onTimeout?: "fail" | { readonly answer: Static<S> };
}
