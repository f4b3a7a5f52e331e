import type { Split } from "benchd/testing";

const stx = 0x02;
const etx = "\x03";
/** Length, check and ETX: what the length counts besides the data. */
const around = 4;

/** A command that came in a damaged packet, after its address; what it says is not to be believed. */
export const damaged = /damaged packet.*/;

/** A packet of Safe mode: STX, length from itself to the end, data, CRC, ETX; manual 10.2.3. */
export function packed(data: string): string {
  return String.fromCharCode(stx, data.length + around) + data + proof(data) + etx;
}

/** The first packet, by the length it tells; or what comes before one. */
export const takePacket: Split = (input) => {
  const start = input.indexOf(String.fromCharCode(stx));
  if (input.length < 2 && start === 0) return undefined;
  const size = start === 0 ? Math.max(2, 1 + input.charCodeAt(1)) : start;
  if (size < 0) return input === "" ? undefined : { command: input, rest: "" };
  return size > input.length ? undefined : { command: input.slice(0, size), rest: input.slice(size) };
};

/** The data of a packet; undefined for what is none, and marked as `damaged` when its check is wrong. */
export function opened(raw: string): string | undefined {
  if (raw.charCodeAt(0) !== stx) return undefined;
  const data = raw.slice(2, -3);
  if (raw === packed(data)) return data;
  // Assumed: it is answered by the pump whose address it seems to bear.
  const [, to = "", rest] = /^(\d{0,2})(.*)$/s.exec(data) ?? [];
  return `${to}damaged packet ${rest?.replace(/[^!-~]/g, "") ?? ""}`;
}

/** CRC-16 CCITT from 0, high byte first. */
function proof(data: string): string {
  let crc = 0;
  for (const character of data) {
    crc ^= character.charCodeAt(0) << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return String.fromCharCode(crc >> 8, crc & 0xff);
}
