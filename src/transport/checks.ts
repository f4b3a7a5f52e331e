/** How a packet proves that it has come whole. */
export interface Check {
  /** How many bytes it takes on the wire, the highest first. */
  readonly bytes: 0 | 1 | 2;
  of(bytes: Uint8Array): number;
}

/** The usual ones. */
export const checks = {
  none: { bytes: 0, of: () => 0 },
  /** The sum of all bytes, its lowest eight bits. */
  sum8: { bytes: 1, of: (bytes) => bytes.reduce((sum, byte) => (sum + byte) & 0xff, 0) },
  xor8: { bytes: 1, of: (bytes) => bytes.reduce((sum, byte) => sum ^ byte, 0) },
  /** CRC-16 of XMODEM, often called CCITT: polynomial 0x1021, from 0. */
  "crc16-xmodem": { bytes: 2, of: (bytes) => crc16(bytes, 0) },
  /** As XMODEM's, from 0xFFFF; also called CCITT-FALSE. */
  "crc16-ccitt-false": { bytes: 2, of: (bytes) => crc16(bytes, 0xffff) },
} as const satisfies Record<string, Check>;

export type CheckName = keyof typeof checks;

function crc16(bytes: Uint8Array, start: number): number {
  let crc = start;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
