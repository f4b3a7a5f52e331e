import { afterAll, beforeAll, expect, test } from "vitest";
import camera from "../../drivers/camera.ts";
import { defineThing } from "../../src/thing/define.ts";
import { Type } from "../../src/typebox.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const odd = defineThing({
  title: `<script>alert("title")</script>`,
  config: Type.Object({}),
  streams: {
    pictures: { title: `"><script>alert("stream")</script>`, contentType: "image/png" },
    readings: { title: "Readings", contentType: "text/csv" },
  },
  open: async () => ({ stream: { async *pictures() {}, async *readings() {} } }),
});

let bench: CounterBench;
beforeAll(async () => {
  bench = await openCounterBench({ drivers: { camera, odd }, prefix: "/api" });
});
afterAll(() => bench.close());

test("a stream of pictures has a page with the picture, to which nothing else may be added", async () => {
  const { statusCode, headers, body } = await bench.app.inject("/api/camera/mjpeg_stream/viewer");
  expect([statusCode, headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  expect(body).toContain('<img src="/api/camera/mjpeg_stream" alt="What the camera sees">');
  expect(headers["content-security-policy"]).toBe(
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
});

test("what a driver calls itself is text on it", async () => {
  const { body } = await bench.app.inject("/api/odd/pictures/viewer");
  expect(body).not.toContain("<script");
  expect(body).toContain("&#60;script&#62;alert(&#34;title&#34;)");
});

test.each([
  "/api/odd/readings/viewer",
  "/api/camera/resolution/viewer",
  "/api/camera/nothing/viewer",
  "/api/no/x/viewer",
])("%s is answered by 404", async (url) => {
  expect((await bench.app.inject(url)).statusCode).toBe(404);
});
