import { randomUUID } from "node:crypto";
import type { LogLevel } from "../context.ts";
import type { StateFile } from "../journal/state-file.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * What tells this bench from every other, a UUID: made at the first start and kept in the state directory. Where nothing
 * is kept each start has its own.
 */
export async function installationOf(
  file: StateFile,
  log: (level: LogLevel, message: string) => void,
): Promise<string> {
  const known = await file.read();
  const value = known.found === "value" ? known.value : undefined;
  if (typeof value === "string" && uuid.test(value)) return value;
  if (known.found !== "nothing")
    log("warning", "the number of this installation could not be read: its Things get new ids in their descriptions");
  const made = randomUUID();
  if (file.kept) await file.write(made);
  return made;
}
