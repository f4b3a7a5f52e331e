import { openThing } from "benchd/testing";
import { describe, expect, test } from "vitest";
import { encodeJpeg } from "../../drivers/camera/jpeg.ts";
import { testPicture } from "../../drivers/camera/test-picture.ts";
import definition from "../../drivers/camera.ts";
import { decodeJpeg } from "./jpeg-decoder.ts";

describe("the JPEG encoder", () => {
  test.each([
    [64, 64],
    [67, 41],
    [16, 24],
    [1, 3],
  ])("writes a picture of %d by %d that decodes to what it was", (width, height) => {
    const picture = testPicture(width, height, 123_456);
    const decoded = decodeJpeg(encodeJpeg(picture));
    expect([decoded.width, decoded.height]).toEqual([width, height]);
    const squares = picture.pixels.map((pixel, i) => Math.min(255, (pixel - (decoded.pixels[i] ?? 0)) ** 2));
    expect(Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / squares.length)).toBeLessThan(6);
  });

  test("keeps noise, and black and white, within what its quality allows", () => {
    let state = 1;
    const noise = Uint8Array.from({ length: 64 * 32 }, (_, i) => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return i % 3 === 0 ? (state >> 30) * 255 : state >> 23;
    });
    const decoded = decodeJpeg(encodeJpeg({ width: 64, height: 32, pixels: noise }));
    const off = decoded.pixels.reduce((sum, pixel, i) => sum + Math.abs(pixel - (noise[i] ?? 0)), 0) / noise.length;
    expect(off).toBeLessThan(15);
  });
});

test("the bar moves, and the number counts up, from picture to picture", () => {
  const [first, second] = [testPicture(64, 64, 1), testPicture(64, 64, 2)];
  expect(first.pixels).not.toEqual(second.pixels);
  expect(testPicture(64, 64, 1).pixels).toEqual(first.pixels);
});

test("the camera gives frames of the size and at the rate it is set to", async () => {
  const { bench, thing } = await openThing({ definition });
  await bench.write("thing", "resolution", { width: 64, height: 72 });
  await bench.write("thing", "frame_rate", 10);
  const viewer = thing.watch("mjpeg_stream");
  const began = bench.clock.now();
  for (let i = 0; i < 5; i++) {
    const { value } = await bench.clock.until(viewer.next());
    expect(decodeJpeg(value)).toMatchObject({ width: 64, height: 72 });
  }
  expect(bench.clock.now() - began).toBeCloseTo(400, 6);
  await viewer.return();
  await bench.close();
});
