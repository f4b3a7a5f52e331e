const named: Readonly<Record<number, string>> = { 9: "\\t", 10: "\\n", 13: "\\r", 92: "\\\\" };

/** Bytes as text that can be logged: what is not printable ASCII is escaped. */
export function printable(bytes: Uint8Array, max = 200): string {
  const shown = Array.from(bytes.subarray(0, max), (byte) => {
    if (named[byte] !== undefined) return named[byte];
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, "0")}`;
  });
  return shown.join("") + (bytes.length > max ? `… (${bytes.length} bytes)` : "");
}
