import { ac, acCodes, Bits, bytesOf, dc, dcCodes } from "./jpeg-codes.ts";

/** A picture in shades of grey: 0 is black, 255 white, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

const size = 8;
/** ITU-T T.81, table K.1, halved: quality 75. In the order of rows. */
const quantisation = [
  8, 6, 5, 8, 12, 20, 26, 31, 6, 6, 7, 10, 13, 29, 30, 28, 7, 7, 8, 12, 20, 29, 35, 28, 7, 9, 11, 15, 26, 44, 40, 31, 9,
  11, 19, 28, 34, 55, 52, 39, 12, 18, 28, 32, 41, 52, 57, 46, 25, 32, 39, 44, 52, 61, 60, 51, 36, 46, 48, 49, 56, 50,
  52, 50,
];

/** Where the n-th coefficient lies: along the diagonals, to and fro. */
const zigzag = Array.from({ length: size * size }, (_, at) => at).sort((a, b) => {
  const [diagonalA, diagonalB] = [(a >> 3) + (a & 7), (b >> 3) + (b & 7)];
  return diagonalA - diagonalB || (diagonalA % 2 === 0 ? b - a : a - b);
});

/** All but the mean. */
const waveOrder = zigzag.slice(1);

/** The cosine of wave `u` at `x` is at `8 u + x`, with the factor that makes the transform orthogonal. */
const cosines = Float64Array.from({ length: size * size }, (_, at) => {
  const [u, x] = [at >> 3, at & 7];
  return Math.cos(((2 * x + 1) * u * Math.PI) / 16) * (u === 0 ? Math.SQRT1_2 : 1) * 0.5;
});

/** The picture as a baseline JPEG (ITU-T T.81, JFIF 1.1) of one component. */
export function encodeJpeg(picture: Picture): Uint8Array {
  const bits = new Bits();
  const block = new Float64Array(size * size);
  let previous = 0;
  for (let top = 0; top < picture.height; top += size)
    for (let left = 0; left < picture.width; left += size) {
      cut(picture, left, top, block);
      transform(block);
      previous = writeBlock(bits, block, previous);
    }
  return Uint8Array.from([...header(picture), ...bits.end(), 0xff, 0xd9]);
}

function header({ width, height }: Picture): readonly number[] {
  const segment = (marker: number, content: readonly number[]) => [
    0xff,
    marker,
    ...word(content.length + 2),
    ...content,
  ];
  return [
    ...[0xff, 0xd8],
    ...segment(0xe0, [...new TextEncoder().encode("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
    ...segment(0xdb, [0, ...zigzag.map((at) => quantisation[at] ?? 1)]),
    ...segment(0xc0, [8, ...word(height), ...word(width), 1, 1, 0x11, 0]),
    ...segment(0xc4, [0x00, ...bytesOf(dc.counts), ...bytesOf(dc.symbols)]),
    ...segment(0xc4, [0x10, ...bytesOf(ac.counts), ...bytesOf(ac.symbols)]),
    ...segment(0xda, [1, 1, 0x00, 0, 63, 0]),
  ];
}

const word = (value: number) => [value >> 8, value & 0xff];

/** One block, around zero; beyond the edge the last row and column go on. */
function cut({ width, height, pixels }: Picture, left: number, top: number, block: Float64Array): void {
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const at = Math.min(top + y, height - 1) * width + Math.min(left + x, width - 1);
      block[y * size + x] = (pixels[at] ?? 0) - 128;
    }
}

/** The discrete cosine transform, of the rows and then of the columns. */
function transform(block: Float64Array): void {
  for (let line = 0; line < size; line++) waves(block, line * size, 1);
  for (let line = 0; line < size; line++) waves(block, line, size);
}

const line = new Float64Array(size);

function waves(block: Float64Array, start: number, step: number): void {
  for (let x = 0; x < size; x++) line[x] = block[start + x * step] ?? 0;
  for (let u = 0; u < size; u++) {
    let sum = 0;
    for (let x = 0; x < size; x++) sum += (cosines[u * size + x] ?? 0) * (line[x] ?? 0);
    block[start + u * step] = sum;
  }
}

/** Returns the mean of the block, which the next one is told as a difference to. */
function writeBlock(bits: Bits, block: Float64Array, previous: number): number {
  const level = (at: number) => Math.round((block[at] ?? 0) / (quantisation[at] ?? 1));
  const mean = level(0);
  bits.writeValue(dcCodes, 0, mean - previous);
  let zeros = 0;
  for (const at of waveOrder) {
    const value = level(at);
    if (value === 0) zeros++;
    else {
      for (; zeros > 15; zeros -= 16) bits.writeCode(acCodes, 0xf0);
      bits.writeValue(acCodes, zeros, value);
      zeros = 0;
    }
  }
  if (zeros > 0) bits.writeCode(acCodes, 0x00);
  return mean;
}
