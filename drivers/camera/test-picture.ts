import type { Picture } from "./jpeg.ts";

/** Digits, 3 by 5, a row an octal digit. */
const digits = ["75557", "26227", "71747", "71717", "55711", "74717", "74757", "71122", "75757", "75717"];
/** A digit and the gap after it. */
const advance = 4;

/** Test picture number `count`: shades from black to white, a bar that moves a little each time, and the number. */
export function testPicture(width: number, height: number, count: number): Picture {
  const pixels = new Uint8Array(width * height);
  const barWidth = Math.max(4, width >> 4);
  const bar = (count * Math.max(1, width >> 6)) % width;
  const scale = Math.max(1, Math.floor(height / 40));
  const text = String(count % 1_000_000).padStart(6, "0");
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const shade = Math.floor((x * 256) / width);
      const inBar = (x - bar + width) % width < barWidth;
      pixels[y * width + x] = isInk(text, Math.floor(x / scale) - 2, Math.floor(y / scale) - 2)
        ? 255
        : inBar
          ? 0
          : shade >> 1;
    }
  return { width, height, pixels };
}

function isInk(text: string, x: number, y: number): boolean {
  if (x < 0 || y < 0) return false;
  const row = digits[Number(text[Math.floor(x / advance)] ?? Number.NaN)]?.[y] ?? "0";
  return ((Number(row) >> (2 - (x % advance))) & 1) === 1;
}
