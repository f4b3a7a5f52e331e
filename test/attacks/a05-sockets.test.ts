import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openGuarded } from "../http/guarded-bench.ts";
import { SocketClient } from "../http/socket-client.ts";

const yaml = `access: { origins: ["https://notebook.lab.example"] }
things:
  counter: { driver: counter }
  camera: { driver: camera }
`;

let bench: Awaited<ReturnType<typeof openGuarded>>;
beforeAll(async () => {
  bench = await openGuarded({ yaml });
});
afterAll(() => bench.close());

/** Everything that is held open, or answered late. */
const streams = [
  "/events",
  "/things/counter/properties/counter",
  "/camera/mjpeg_stream",
  "/action_invocations/8e03978e-40d5-43e8-bc93-6894a57f9324?wait=60",
];

const foreign: readonly Record<string, string>[] = [
  { origin: "http://evil.example" },
  { origin: "null" },
  { origin: "https://notebook.lab.example.evil.example" },
  { origin: "http://notebook.lab.example" },
  { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" },
  { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe" },
  { "sec-fetch-site": "same-site", "sec-fetch-mode": "websocket" },
];

async function head(path: string, headers: Readonly<Record<string, string>>) {
  const all = { host: bench.url.host, accept: "text/event-stream", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  const socket = bench.connect();
  socket.write([`GET ${path} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
  const [data] = await new Promise<Buffer[]>((resolve) => socket.once("data", (...args) => resolve(args)));
  socket.destroy();
  return Number(String(data).split(" ")[1]);
}

const open = (headers: Readonly<Record<string, string>>) =>
  SocketClient.open(`ws://${bench.url.host}/counter/ws`, { headers }).then(
    ({ socket }) => {
      socket.destroy();
      return "opened";
    },
    (error: Error) => error.message.slice(0, 12),
  );

describe("A05: WebSockets and event streams of another site's page", () => {
  it.each(foreign)("are refused with a token, too: %j", async (headers) => {
    for (const path of streams)
      expect([path, await head(path, { ...headers, ...bench.bearer(bench.admin) })]).toEqual([path, 403]);
    const protocols = { "sec-websocket-protocol": `benchd, benchd.bearer.${bench.admin}` };
    expect(await open({ ...headers, ...protocols })).toBe("HTTP/1.1 403");
    expect(await open({ ...headers, ...bench.bearer(bench.admin) })).toBe("HTTP/1.1 403");
  });

  it("open nothing with what a browser would add by itself, also where it tells no origin", async () => {
    const password = `Basic ${Buffer.from(`ada:${bench.admin}`).toString("base64")}`;
    const browser = { "user-agent": "Mozilla/5.0", cookie: `session=${bench.admin}; token=${bench.admin}` };
    for (const ambient of [browser, { ...browser, authorization: password }]) {
      expect(await head("/events", ambient)).toBe(401);
      expect(await open(ambient)).toBe("HTTP/1.1 401");
    }
  });

  it("open for our own page, for one that is listed, and for programs", async () => {
    const protocols = { "sec-websocket-protocol": `benchd, benchd.bearer.${bench.reader}` };
    for (const origin of [bench.url.origin, "https://notebook.lab.example"]) {
      expect(await open({ origin, ...protocols })).toBe("opened");
      expect(await head("/events?thing=counter", { origin, ...bench.bearer(bench.admin) })).toBe(200);
    }
    expect(await open(bench.bearer(bench.reader))).toBe("opened");
  });
});
