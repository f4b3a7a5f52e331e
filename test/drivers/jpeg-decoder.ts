/** What a JPEG says of itself, and its luminance. For baseline pictures of one component, which is all that is needed. */
export interface Decoded {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly quantisation: readonly number[];
  readonly dc: Code[];
  readonly ac: Code[];
  readonly data: Uint8Array;
}

/** A code as the text of its bits, to be found by reading on until there is one. */
type Code = readonly [bits: string, symbol: number];

/** Decode by the letter of ITU-T T.81, slowly; throws where the file is not as that wants it. */
export function decodeJpeg(file: Uint8Array): Decoded {
  const frame = parse(file);
  const { width, height } = frame;
  const bits = [...frame.data].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const pixels = new Uint8Array(width * height);
  const read = reader(bits);
  let mean = 0;
  for (let top = 0; top < height; top += 8)
    for (let left = 0; left < width; left += 8) {
      const coefficients = Array.from({ length: 64 }, () => 0);
      mean += read.value(read.symbol(frame.dc));
      coefficients[0] = mean * at(frame.quantisation, 0);
      for (let k = 1; k < 64; k++) {
        const symbol = read.symbol(frame.ac);
        if (symbol === 0) break;
        k += symbol >> 4;
        if (symbol !== 0xf0) coefficients[at(zigzag, k)] = read.value(symbol & 15) * at(frame.quantisation, k);
      }
      paint(pixels, { width, height }, left, top, coefficients);
    }
  if (!/^1{0,7}$/.test(read.rest())) throw new Error("the picture does not end with its last block");
  return { width, height, pixels };
}

const zigzag = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47,
  55, 62, 63,
];

function at<T>(list: ArrayLike<T>, index: number): T {
  const value = list[index];
  if (value === undefined) throw new Error(`nothing at ${index}`);
  return value;
}

function parse(file: Uint8Array): Frame {
  const word = (from: number) => at(file, from) * 256 + at(file, from + 1);
  if (word(0) !== 0xffd8 || word(file.length - 2) !== 0xffd9) throw new Error("no start, or no end");
  const parts = { width: 0, height: 0, quantisation: [] as number[], dc: [] as Code[], ac: [] as Code[] };
  for (let from = 2; ; from += 2 + word(from + 2)) {
    const content = file.subarray(from + 4, from + 2 + word(from + 2));
    const marker = word(from);
    if (marker === 0xffdb) parts.quantisation.push(...content.subarray(1));
    else if (marker === 0xffc4) (at(content, 0) === 0 ? parts.dc : parts.ac).push(...codes(content.subarray(1)));
    else if (marker === 0xffc0) Object.assign(parts, { height: word(from + 5), width: word(from + 7) });
    else if (marker === 0xffda) return { ...parts, data: unstuffed(file.subarray(from + 2 + word(from + 2), -2)) };
    else if (marker !== 0xffe0) throw new Error(`marker ${marker.toString(16)} at ${from}`);
  }
}

/** Every 0xff of the data is followed by a 0. */
function unstuffed(data: Uint8Array): Uint8Array {
  for (const [i, byte] of data.entries())
    if (byte === 0xff && data[i + 1] !== 0) throw new Error("a marker in the data");
  return data.filter((byte, i) => byte !== 0 || data[i - 1] !== 0xff);
}

function codes(table: Uint8Array): readonly Code[] {
  const symbols = [...table.subarray(16)];
  let next = 0;
  const found: Code[] = [];
  for (let length = 1; length <= 16; length++, next *= 2)
    for (let i = 0; i < at(table, length - 1); i++)
      found.push([(next++).toString(2).padStart(length, "0"), symbols.shift() ?? -1]);
  if (symbols.length > 0) throw new Error("symbols without a code");
  return found;
}

function reader(bits: string) {
  let from = 0;
  return {
    symbol(table: readonly Code[]): number {
      const code = table.find(([text]) => bits.startsWith(text, from));
      if (!code) throw new Error(`no code at bit ${from}`);
      from += code[0].length;
      return code[1];
    },
    value(length: number): number {
      const text = bits.slice(from, from + length);
      from += length;
      if (length === 0) return 0;
      const raw = Number.parseInt(text, 2);
      return text.startsWith("1") ? raw : raw - 2 ** length + 1;
    },
    rest: () => bits.slice(from),
  };
}

function paint(
  pixels: Uint8Array,
  { width, height }: { readonly width: number; readonly height: number },
  left: number,
  top: number,
  coefficients: readonly number[],
): void {
  const c = (k: number) => (k === 0 ? Math.SQRT1_2 : 1);
  for (let y = 0; y < 8 && top + y < height; y++)
    for (let x = 0; x < 8 && left + x < width; x++) {
      let sum = 0;
      for (const [k, value] of coefficients.entries()) {
        if (value === 0) continue;
        const [u, v] = [k & 7, k >> 3];
        sum +=
          (c(u) *
            c(v) *
            value *
            Math.cos(((2 * x + 1) * u * Math.PI) / 16) *
            Math.cos(((2 * y + 1) * v * Math.PI) / 16)) /
          4;
      }
      pixels[(top + y) * width + left + x] = Math.min(255, Math.max(0, Math.round(sum + 128)));
    }
}
