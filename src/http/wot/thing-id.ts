import { createHash } from "node:crypto";

/**
 * The id of a Thing: a UUID (version 5) of its name within its installation. The same over restarts, other than that of a
 * Thing with this name on another bench, and no secret.
 */
export function thingId(installation: string, name: string): string {
  const namespace = Buffer.from(installation.replaceAll("-", ""), "hex");
  const hash = createHash("sha1").update(namespace).update(name, "utf8").digest().subarray(0, 16);
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x50, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  return `urn:uuid:${hash.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")}`;
}
