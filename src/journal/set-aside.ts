import { existsSync, renameSync } from "node:fs";

/** Rename a database file with what belongs to it, so that a new one can be begun; nothing is deleted. Returns its new name. */
export function setAside(file: string, why: "damaged" | "newer" | "foreign" | "unreadable", now = new Date()): string {
  const name = `${file}.${why}-${now.toISOString().replaceAll(":", "-")}`;
  // The memory that its users share goes with it: a thread that has not ended yet may still look into it.
  for (const suffix of ["-wal", "-shm", ""])
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${name}${suffix}`);
  return name;
}
