import { isUtf8 } from "node:buffer";

/** What is wrong with the frames that a server has sent, by RFC 6455. Half a frame at the end is none yet. */
export function faultsInFrames(bytes: Buffer): readonly string[] {
  const faults: string[] = [];
  for (let at = 0; at + 2 <= bytes.length; ) {
    const [first = 0, second = 0] = bytes.subarray(at, at + 2);
    const [opcode, short] = [first & 0xf, second & 0x7f];
    if (second & 0x80) faults.push("a server masks no frame");
    if (first & 0x70) faults.push("a frame has bits of an extension that nobody has agreed on");
    if (![0, 1, 2, 8, 9, 10].includes(opcode)) faults.push(`a frame is of the kind ${opcode}`);
    if (opcode >= 8 && (short > 125 || !(first & 0x80))) faults.push("a control frame is long, or in pieces");
    const head = short === 127 ? 10 : short === 126 ? 4 : 2;
    if (at + head > bytes.length || faults.length > 0) break;
    const length =
      head === 10 ? Number(bytes.readBigUInt64BE(at + 2)) : head === 4 ? bytes.readUInt16BE(at + 2) : short;
    if (at + head + length > bytes.length) break;
    const payload = bytes.subarray(at + head, at + head + length);
    if (opcode === 1) faults.push(...faultsInText(payload));
    if (opcode === 8) faults.push(...faultsInClose(payload));
    at += head + length;
  }
  return faults;
}

function faultsInText(payload: Buffer): readonly string[] {
  if (!isUtf8(payload)) return ["a text is not in UTF-8"];
  try {
    JSON.parse(payload.toString());
    return [];
  } catch {
    return [`a message is no JSON: ${payload.toString().slice(0, 200)}`];
  }
}

function faultsInClose(payload: Buffer): readonly string[] {
  if (payload.length === 0) return [];
  if (payload.length === 1 || !isUtf8(payload.subarray(2))) return ["a WebSocket is closed with half a code"];
  const code = payload.readUInt16BE(0);
  const mayBeSent =
    (code >= 1000 && code <= 1014 && ![1004, 1005, 1006].includes(code)) || (code >= 3000 && code < 5000);
  return mayBeSent && code !== 1011 ? [] : [`a WebSocket is closed with ${code}`];
}
