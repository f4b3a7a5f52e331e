/** T.81, tables K.3 and K.5: how many codes there are of 1, 2, … 16 bits, and their symbols in this order. */
export const dc = { counts: "00010501010101010100000000000000", symbols: "000102030405060708090a0b" };
export const ac = {
  counts: "0002010303020403050504040000017d",
  symbols:
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a" +
    "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9" +
    "aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
};

export const bytesOf = (hex: string) => (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));

interface Code {
  readonly bits: number;
  readonly length: number;
}

/** The codes of a table count up, and double with every bit more. */
function codesOf({ counts, symbols }: typeof dc): ReadonlyMap<number, Code> {
  const left = bytesOf(symbols);
  const codes = new Map<number, Code>();
  let code = 0;
  for (const [index, count] of bytesOf(counts).entries()) {
    for (const symbol of left.splice(0, count)) codes.set(symbol, { bits: code++, length: index + 1 });
    code *= 2;
  }
  return codes;
}

export const dcCodes = codesOf(dc);
export const acCodes = codesOf(ac);

/** Bits into bytes, the highest first; after 0xff comes a 0, so that no marker is seen in them. */
export class Bits {
  readonly #bytes: number[] = [];
  #pending = 0;
  #count = 0;

  /** A code for how many zeros come before a value and how many bits it has, and then these. */
  writeValue(codes: ReadonlyMap<number, Code>, zeros: number, value: number): void {
    const length = 32 - Math.clz32(Math.abs(value));
    this.writeCode(codes, zeros * 16 + length);
    this.#write(value < 0 ? value + 2 ** length - 1 : value, length);
  }

  writeCode(codes: ReadonlyMap<number, Code>, symbol: number): void {
    const code = codes.get(symbol);
    if (code) this.#write(code.bits, code.length);
  }

  /** All of it, the last byte filled up with ones. */
  end(): readonly number[] {
    this.#write(0x7f, 7);
    return this.#bytes;
  }

  #write(bits: number, length: number): void {
    this.#pending = (this.#pending << length) | bits;
    this.#count += length;
    for (; this.#count >= 8; this.#count -= 8) {
      const byte = (this.#pending >> (this.#count - 8)) & 0xff;
      this.#bytes.push(byte);
      if (byte === 0xff) this.#bytes.push(0);
    }
    this.#pending &= 2 ** this.#count - 1;
  }
}
