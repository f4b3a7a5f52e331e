import type { StoredText } from "../../experiment/procedure/library.ts";
import type { About } from "../../experiment/procedure/procedures.ts";
import { time } from "../invocation-json.ts";

/** What is told of a stored procedure in a list. */
export function procedureJson({ name, version, bytes, storedAt }: Omit<StoredText, "text">, about: About) {
  const { title, description, parameters, things, sha256, unreadable } = about;
  return {
    ...{ name, version, title, description: description ?? null, parameters, things, sha256, bytes },
    storedAt: time(storedAt),
    unreadable: unreadable ?? null,
  };
}
