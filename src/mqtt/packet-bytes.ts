import type { OutMessage } from "./link.ts";

/** Fixed header, lengths of topic and properties, packet identifier, expiry; at most. */
const fixedBytes = 32;
/** A kind and its lengths. */
const propertyBytes = 5;

/** How large a PUBLISH packet is at most, with everything in it; bytes. */
export function packetBytes({ topic, payload, properties = {} }: OutMessage): number {
  const { responseTopic = "", correlationData, contentType = "", userProperties = {} } = properties;
  const told = Object.entries(userProperties).reduce((sum, [name, value]) => {
    const values = typeof value === "string" ? [value] : value;
    return sum + values.reduce((all, one) => all + propertyBytes + bytesOf(name) + bytesOf(one), 0);
  }, 0);
  const rest = bytesOf(responseTopic) + bytesOf(contentType) + (correlationData?.length ?? 0) + 3 * propertyBytes;
  return fixedBytes + bytesOf(topic) + bytesOf(payload) + told + rest;
}

const bytesOf = (part: string | Uint8Array) => (typeof part === "string" ? Buffer.byteLength(part) : part.length);

/** What is too large for the broker is told without what it says. */
export function fitting(message: OutMessage, largest: number): OutMessage {
  return packetBytes(message) <= largest ? message : { ...message, payload: JSON.stringify({ omitted: true }) };
}
