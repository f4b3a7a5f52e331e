import { placeOf } from "../../route.ts";

/** Where an invocation is; a run has a page of its own. */
export const placeOfInvocation = ({ thing, id }: { readonly thing: string; readonly id: string }) =>
  thing === "gateway" ? placeOf("runs", id) : placeOf("invocations", id);

/** What it is called among others. */
export const nameOf = ({ thing, action }: { readonly thing: string; readonly action: string }) =>
  thing === "gateway" ? "a run" : `${thing} ${action}`;
