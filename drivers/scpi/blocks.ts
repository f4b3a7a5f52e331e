import { MalformedReplyError } from "benchd/driver";
import type { ReadingSpec } from "./config.ts";
import { numberOf } from "./numbers.ts";

type Take = (view: DataView, at: number, littleEndian: boolean) => number;

const takes = {
  int8: [1, (view, at) => view.getInt8(at)],
  uint8: [1, (view, at) => view.getUint8(at)],
  int16: [2, (view, at, little) => view.getInt16(at, little)],
  uint16: [2, (view, at, little) => view.getUint16(at, little)],
  int32: [4, (view, at, little) => view.getInt32(at, little)],
  uint32: [4, (view, at, little) => view.getUint32(at, little)],
  float32: [4, (view, at, little) => view.getFloat32(at, little)],
  float64: [8, (view, at, little) => view.getFloat64(at, little)],
} as const satisfies Readonly<Record<string, readonly [bytes: number, take: Take]>>;

/** The numbers of a reply: in a definite-length block (488.2, 8.7.9), or as text with commas between them. */
export function numbersIn(
  reply: string,
  { format, littleEndian }: Pick<ReadingSpec, "format" | "littleEndian">,
  question: string,
): readonly number[] {
  const content = blockContent(reply);
  if (format === "ascii") {
    const text = (content ?? reply).trim();
    return text === "" ? [] : text.split(",").map((each) => numberOf(each, question));
  }
  if (content === undefined)
    throw new MalformedReplyError(`the instrument answers ${question} with no block: ${reply.slice(0, 40)}`);
  const bytes = Buffer.from(content, "latin1");
  const [size, take]: readonly [number, Take] = takes[format];
  if (bytes.length % size !== 0)
    throw new MalformedReplyError(`the block of ${bytes.length} bytes is no row of ${format}: check format`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = Array.from({ length: bytes.length / size }, (_, at) => take(view, at * size, littleEndian));
  if (numbers.some((value) => !Number.isFinite(value)))
    throw new MalformedReplyError(`the block holds what is no number: check format and littleEndian`);
  return numbers;
}

function blockContent(reply: string): string | undefined {
  const [, digits] = /^#([1-9])/.exec(reply) ?? [];
  if (digits === undefined) return undefined;
  const header = 2 + Number(digits);
  const length = Number(reply.slice(2, header));
  return Number.isInteger(length) && reply.length >= header + length ? reply.slice(header, header + length) : undefined;
}
