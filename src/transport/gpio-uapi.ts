/**
 * The structures of Linux' GPIO character device, version 2 (`include/uapi/linux/gpio.h`, Linux 5.10). They are laid out
 * alike on 32-bit and 64-bit machines; all that run Linux on a Pi, or on a PC, are little-endian.
 */

/** Numbers of the requests: direction, size of the structure, 0xB4, number. */
export const requests = {
  chipInfo: 0x8044b401,
  lineInfo: 0xc100b405,
  line: 0xc250b407,
  getValues: 0xc010b40e,
  setValues: 0xc010b40f,
} as const;

const flags = {
  activeLow: 1n << 1n,
  input: 1n << 2n,
  output: 1n << 3n,
  risingEdge: 1n << 4n,
  fallingEdge: 1n << 5n,
  pullUp: 1n << 8n,
  pullDown: 1n << 9n,
  noPull: 1n << 10n,
} as const;
const pulls = { up: flags.pullUp, down: flags.pullDown, none: flags.noPull } as const;

const attributes = { outputValues: 2, debounce: 3 } as const;

const nameSize = 32;
const requestSize = 592;
const configAt = 288;
const attributesAt = configAt + 32;
const lineCountAt = 560;
/** The kernel keeps so many edges for us; while nobody takes them the oldest go. */
const eventBufferSize = 256;
const eventSize = 48;

export interface ChipInfo {
  readonly name: string;
  readonly label: string;
  readonly lines: number;
}

/** Room for the answer to `requests.chipInfo`. */
export const chipInfoBuffer = (): Buffer => Buffer.alloc(68);

export const readChipInfo = (info: Buffer): ChipInfo => ({
  name: text(info, 0),
  label: text(info, nameSize),
  lines: info.readUInt32LE(64),
});

/** Room for the answer to `requests.lineInfo`: what is known of the line at `offset`. */
export function lineInfoBuffer(offset: number): Buffer {
  const info = Buffer.alloc(256);
  info.writeUInt32LE(offset, 64);
  return info;
}

/** Who holds the line, by the name it gave; empty when it gave none. */
export const readConsumer = (info: Buffer): string => text(info, nameSize);

export interface LineRequest {
  readonly offset: number;
  /** Cut to what the kernel keeps: 31 bytes. */
  readonly consumer: string;
  readonly activeLow: boolean;
  readonly pull: "up" | "down" | "none" | undefined;
  /** The first level of an output, logical; an input has none, and tells its edges. */
  readonly output: boolean | undefined;
  readonly debounceMs: number;
}

/** The argument of `requests.line`. */
export function lineRequest({ offset, consumer, activeLow, pull, output, debounceMs }: LineRequest): Buffer {
  const asked = Buffer.alloc(requestSize);
  const direction = output === undefined ? flags.input | flags.risingEdge | flags.fallingEdge : flags.output;
  asked.writeUInt32LE(offset, 0);
  asked.write(fitted(consumer), 256, "latin1");
  asked.writeBigUInt64LE(direction | (activeLow ? flags.activeLow : 0n) | (pull ? pulls[pull] : 0n), configAt);
  let count = 0;
  const attribute = (id: number, value: number) => {
    const at = attributesAt + 24 * count++;
    asked.writeUInt32LE(id, at);
    asked.writeUInt32LE(value, at + 8);
    asked.writeBigUInt64LE(1n, at + 16);
  };
  if (output !== undefined) attribute(attributes.outputValues, Number(output));
  else if (debounceMs > 0) attribute(attributes.debounce, Math.round(debounceMs * 1000));
  asked.writeUInt32LE(count, configAt + 8);
  asked.writeUInt32LE(1, lineCountAt);
  if (output === undefined) asked.writeUInt32LE(eventBufferSize, lineCountAt + 4);
  return asked;
}

/** The file descriptor of the line, from the answer to `requests.line`. */
export const readLineDescriptor = (answer: Buffer): number => answer.readInt32LE(requestSize - 4);

/** The argument of `requests.getValues` and `requests.setValues` for a request of one line. */
export function lineValues(level = false): Buffer {
  const values = Buffer.alloc(16);
  values.writeBigUInt64LE(level ? 1n : 0n, 0);
  values.writeBigUInt64LE(1n, 8);
  return values;
}

export const readLevel = (values: Buffer): boolean => (values.readUInt32LE(0) & 1) === 1;

/** What a line tells of one edge. */
export interface LineEvent {
  /** Kernel time in nanoseconds. */
  readonly at: bigint;
  readonly rising: boolean;
  /** Counts the edges of the line from 1, also those that nobody has taken; modulo 2^32. */
  readonly number: number;
}

/** How many events stand in what was read of a line. */
export const eventCount = (read: Buffer): number => Math.floor(read.length / eventSize);

export function readEvent(read: Buffer, index: number): LineEvent {
  const at = index * eventSize;
  return {
    at: read.readBigUInt64LE(at),
    rising: read.readUInt32LE(at + 8) === 1,
    number: read.readUInt32LE(at + 20),
  };
}

const text = (from: Buffer, at: number) => {
  const [name = ""] = from.toString("latin1", at, at + nameSize).split("\0", 1);
  return name;
};

/** The kernel keeps 31 bytes and their zero. */
const fitted = (name: string) => (name.length < nameSize ? name : `${name.slice(0, nameSize - 2)}~`);
