import { connect } from "node:net";
import { Type } from "typebox";
import { afterEach, beforeEach, expect, test } from "vitest";
import { defineThing } from "../../src/thing/define.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const unhandled = unhandledRejections();
/** The frames that a test lets the camera see, and who waits for one. */
let see: (frame: string) => void;
let watched = 0;

const camera = defineThing({
  title: "Camera",
  config: Type.Object({}),
  streams: {
    mjpeg_stream: { title: "Pictures", contentType: "image/jpeg" },
    readings: { title: "Readings", contentType: "text/csv" },
  },
  async open() {
    async function* frames() {
      watched++;
      try {
        for (;;) yield new TextEncoder().encode(await new Promise<string>((resolve) => (see = resolve)));
      } finally {
        watched--;
      }
    }
    return { stream: { mjpeg_stream: frames, readings: frames } };
  },
});

let bench: CounterBench;
let origin: string;
beforeEach(async () => {
  bench = await openCounterBench({ drivers: { camera } });
  origin = await bench.app.listen({ host: "127.0.0.1", port: 0 });
});
afterEach(async () => {
  const closed = bench.app.close();
  while (watched > 0) await show("last");
  await closed;
  await bench.close();
  expect(unhandled).toEqual([]);
});

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

/** Ask for a stream; the answer begins with the first frame. */
async function watch(path: string): Promise<{ readonly answer: Promise<Response> }> {
  const before = watched;
  const answer = fetch(`${origin}/camera/${path}`);
  await until(() => watched > before);
  return { answer };
}

async function show(...frames: string[]): Promise<void> {
  for (const frame of frames) {
    see(frame);
    await turn();
    await turn();
  }
}

test("pictures come one after the other, as LabThings sends them", async () => {
  const { answer } = await watch("mjpeg_stream?frames=2");
  await show("one");
  const response = await answer;
  const reader = response.body?.getReader();
  await reader
    ?.read()
    .then(({ value }) =>
      expect(new TextDecoder().decode(value)).toBe(
        "--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\n\r\none\r\n",
      ),
    );
  await show("two");
  let rest = "";
  for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
    rest += new TextDecoder().decode(part.value);
  expect(rest).toBe("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\n\r\ntwo\r\n--frame--\r\n");
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "multipart/x-mixed-replace; boundary=frame",
  ]);
});

test("?frames=1 is one picture, of its own type", async () => {
  const { answer } = await watch("mjpeg_stream?frames=1");
  await show("still");
  const response = await answer;
  expect([response.headers.get("content-type"), await response.text()]).toEqual(["image/jpeg", "still"]);
});

test("what is no picture is sent as it is", async () => {
  const { answer } = await watch("readings?frames=2");
  await show("1,2\n");
  const response = await answer;
  await show("3,4\n");
  expect(await response.text()).toBe("1,2\n3,4\n");
});

test("a client that goes away has left, and the camera stops", async () => {
  const { hostname, port } = new URL(origin);
  const socket = connect(Number(port), hostname);
  socket.write(`GET /camera/mjpeg_stream HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
  await until(() => watched === 1);
  socket.destroy();
  for (let i = 0; i < 1000 && watched > 0; i++) await show("late");
  expect(watched).toBe(0);
});

test("for a client that never reads nothing piles up, and the others get every frame", async () => {
  const { hostname, port } = new URL(origin);
  const deaf = connect(Number(port), hostname).pause();
  deaf.write(`GET /camera/mjpeg_stream HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
  await until(() => watched === 1);
  const frame = "x".repeat(1_000_000);
  await show(...Array.from({ length: 20 }, () => frame));
  const before = process.memoryUsage().arrayBuffers;
  await show(...Array.from({ length: 100 }, () => frame));
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  const quick = fetch(`${origin}/camera/mjpeg_stream?frames=1`);
  let answered = false;
  void quick.then(() => {
    answered = true;
  });
  while (!answered) await show("quick");
  expect(await (await quick).text()).toBe("quick");
  // Nor does anybody wait for it in the end.
  await bench.app.close();
  deaf.destroy();
});

test("closing the server sends those home who watch", async () => {
  const { answer } = await watch("mjpeg_stream");
  await show("one");
  const text = (await answer).text();
  await bench.app.close();
  expect(await text).toContain("one");
});

test("closing the Thing ends the answer", async () => {
  const { answer } = await watch("mjpeg_stream");
  await show("one");
  const text = (await answer).text();
  await bench.gateway.thing("camera").close();
  expect(await text).toMatch(/--frame--\r\n$/);
});

test("asking for the head of a stream watches nothing", async () => {
  const { headers, statusCode } = await bench.app.inject({ method: "HEAD", url: "/camera/mjpeg_stream" });
  expect([statusCode, headers["content-type"], watched]).toEqual([200, "multipart/x-mixed-replace; boundary=frame", 0]);
});

test.each([
  ["PUT", 405],
  ["POST", 405],
] as const)("%s to a stream is answered by %d", async (method, status) => {
  const answer = await bench.app.inject({ method, url: "/camera/mjpeg_stream", payload: {} });
  expect([answer.statusCode, answer.headers["allow"]]).toEqual([status, "GET, HEAD"]);
});

test("the Thing Description tells of streams, where they are and what they send", async () => {
  const { "benchd:streams": streams } = (await bench.app.inject("/camera/")).json();
  expect(streams.mjpeg_stream).toEqual({ title: "Pictures", contentType: "image/jpeg", href: "/camera/mjpeg_stream" });
});

test("more than may watch are answered by 503", async () => {
  const viewers = Array.from({ length: 20 }, () => bench.gateway.thing("camera").watch("mjpeg_stream"));
  const { statusCode, headers } = await bench.app.inject("/camera/mjpeg_stream");
  expect([statusCode, headers["retry-after"]]).toEqual([503, "2"]);
  for (const viewer of viewers) void viewer.return();
});
