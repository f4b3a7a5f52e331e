import { placeOf } from "../../route.ts";

/** Where an invocation is; a run has a page of its own. */
export const placeOfInvocation = ({ thing, id }: { readonly thing: string; readonly id: string }) =>
  thing === "gateway" ? placeOf("runs", id) : placeOf("invocations", id);
