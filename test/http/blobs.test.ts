import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Blob, blob, defineThing, Type } from "benchd/driver";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { memoryInUse } from "../memory.ts";
import { unhandledRejections } from "../unhandled.ts";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";

const unhandled = unhandledRejections();
const mebibyte = new Uint8Array(2 ** 20).fill(120);

const maker = defineThing({
  title: "Maker",
  config: Type.Object({}),
  actions: {
    make: {
      title: "Make what is asked for",
      input: Type.Object({ text: Type.String(), mediaType: Type.String(), name: Type.Optional(Type.String()) }),
      output: Blob(),
    },
    pair: { title: "Make two", output: Type.Object({ both: Type.Array(Blob()) }) },
    at_once: { title: "Make one, and wait for it", output: Blob(), synchronous: true },
    large: { title: "Make a large one", input: Type.Object({ mebibytes: Type.Integer() }), output: Blob() },
  },
  async open() {
    const make = (text: string, mediaType: string, name?: string) =>
      blob(new TextEncoder().encode(text), { mediaType, ...(name !== undefined && { name }) });
    return {
      invoke: {
        make: ({ text, mediaType, name }) => make(text, mediaType, name),
        pair: async () => ({ both: [await make("a", "a/a"), await make("b", "b/b")] }),
        at_once: () => make("at once", "text/plain"),
        large: ({ mebibytes }) =>
          blob(
            Array.from({ length: mebibytes }, () => mebibyte),
            { mediaType: "application/octet-stream" },
          ),
      },
    };
  },
});

let bench: CounterBench;
beforeEach(async () => {
  bench = await openCounterBench({ drivers: { maker }, prefix: "/api" });
});
afterEach(async () => {
  await bench.close();
  expect(unhandled).toEqual([]);
});

async function invoke(action: string, payload: object = {}) {
  const answer = await bench.app.inject({
    method: "POST",
    url: `/api/maker/${action}`,
    headers: { prefer: "wait=30" },
    payload,
  });
  return answer.json();
}

/** The path of a new blob. */
async function made(text = "0123456789", mediaType = "application/octet-stream", name?: string): Promise<string> {
  const { output } = await invoke("make", { text, mediaType, name });
  return new URL(output.href).pathname;
}

const get = (url: string, headers: Readonly<Record<string, string>> = {}, method: "GET" | "HEAD" = "GET") =>
  bench.app.inject({ method, url, headers });

describe("GET /blob/{id}", () => {
  test("sends the bytes, which a browser may keep and will not run", async () => {
    const { statusCode, headers, body } = await get(await made());
    expect([statusCode, body]).toEqual([200, "0123456789"]);
    expect(headers).toMatchObject({
      "content-type": "application/octet-stream",
      "content-length": "10",
      "accept-ranges": "bytes",
      "cache-control": "private, max-age=31536000, immutable",
      "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
    });
  });

  test("HEAD tells the same, and sends nothing", async () => {
    const path = await made();
    const [{ headers }, head] = [await get(path), await get(path, {}, "HEAD")];
    for (const tellsNow of [headers, head.headers]) delete tellsNow["date"];
    expect([head.statusCode, head.body, head.headers]).toEqual([200, "", headers]);
  });

  test.each([
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-300", "0123456789", "bytes 0-9/10"],
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=8-999999999999999", "89", "bytes 8-9/10"],
  ])("Range: %s is answered by 206 with %s", async (range, part, told) => {
    const path = await made();
    const { statusCode, headers, body } = await get(path, { range });
    expect([statusCode, body, headers["content-range"]]).toEqual([206, part, told]);
    expect(headers["content-length"]).toBe(String(part.length));
    const head = await get(path, { range }, "HEAD");
    expect([head.statusCode, head.body, head.headers["content-length"]]).toEqual([200, "", "10"]);
  });

  test.each(["bytes=10-", "bytes=10-20", "bytes=-0", "bytes=99-"])("Range: %s is answered by 416", async (range) => {
    const { statusCode, headers } = await get(await made(), { range });
    expect([statusCode, headers["content-range"], headers["cache-control"]]).toEqual([416, "bytes */10", "no-store"]);
  });

  test.each(["bytes=0-1,4-5", "lines=1-2", "bytes=5-2", "bytes=a-b", "bytes=", "bytes=-", "bytes=9999999999999999-"])(
    "Range: %s is as if it had not been said",
    async (range) => {
      const { statusCode, body } = await get(await made(), { range });
      expect([statusCode, body]).toEqual([200, "0123456789"]);
    },
  );

  test("what a client has already is answered by 304, and part of what it has by If-Range", async () => {
    const path = await made();
    const { etag } = (await get(path)).headers;
    const tag = String(etag);
    for (const known of [tag, `"x", W/${tag}`, "*"]) {
      const { statusCode, body, headers } = await get(path, { "if-none-match": known });
      expect([statusCode, body, headers.etag]).toEqual([304, "", tag]);
    }
    expect((await get(path, { "if-none-match": '"x"' })).statusCode).toBe(200);
    expect((await get(path, { range: "bytes=1-2", "if-range": tag })).body).toBe("12");
    expect((await get(path, { range: "bytes=1-2", "if-range": '"x"' })).body).toBe("0123456789");
  });

  test.each([
    ["text/plain", "text/plain; charset=utf-8"],
    ["text/csv; charset=latin1", "text/csv; charset=latin1"],
    ["image/jpeg", "image/jpeg"],
  ])("%s is told as %s", async (mediaType, told) => {
    expect((await get(await made("x", mediaType))).headers["content-type"]).toBe(told);
  });

  test.each([
    ["text/html", "page.html", 'attachment; filename="page.html"'],
    ["image/svg+xml", "drawing.svg", 'attachment; filename="drawing.svg"'],
    ["image/jpeg", "picture.jpg", 'inline; filename="picture.jpg"'],
    ["a/b", "../../etc/passwd", 'attachment; filename="_.._etc_passwd"'],
    [
      "a/b",
      'x"; filename=".bashrc\r\nset-cookie: a=b',
      expect.stringMatching(/^attachment; filename="[\w.-]+"; filename\*=UTF-8''[\w.%-]+$/),
    ],
    ["a/b", "Messung µ.csv", "attachment; filename=\"Messung__.csv\"; filename*=UTF-8''Messung%20%C2%B5.csv"],
    ["a/b", "\ud800", expect.stringMatching(/^attachment; filename="[0-9a-f-]{36}\.bin"$/)],
    ["text/csv", undefined, expect.stringMatching(/^attachment; filename="[0-9a-f-]{36}\.csv"$/)],
  ])("%s called %j is %s", async (mediaType, name, disposition) => {
    expect((await get(await made("x", mediaType, name))).headers["content-disposition"]).toEqual(disposition);
  });

  test.each([
    ["..%2f..%2fetc%2fpasswd", 422],
    ["%2e%2e", 404],
    ["00000000-0000-4000-8000-000000000000%00", 422],
    ["00000000-0000-4000-8000-000000000000.json", 422],
    ["00000000-0000-4000-8000-000000000000", 404],
    ["", 404],
  ])("/blob/%s is answered by %d", async (id, status) => {
    expect((await get(`/api/blob/${id}`)).statusCode).toBe(status);
  });

  test.each(["PUT", "POST", "DELETE"] as const)("%s is answered by 405", async (method) => {
    const { statusCode, headers } = await bench.app.inject({ method, url: await made() });
    expect([statusCode, headers["allow"]]).toEqual([405, "GET, HEAD"]);
  });

  test("an id in capitals is the same", async () => {
    const path = await made();
    const [folder, id] = [path.slice(0, -36), path.slice(-36)];
    expect((await get(folder + id.toUpperCase())).statusCode).toBe(200);
  });
});

describe("an invocation", () => {
  test("tells where its blobs are, from where the client found us, and in the history too", async () => {
    const { output, href, id } = await invoke("pair");
    const hrefs = output.both.map((one: { href: string }) => one.href);
    expect(hrefs).toEqual([0, 1].map(() => expect.stringMatching(/^http:\/\/localhost:80\/api\/blob\/[0-9a-f-]{36}$/)));
    const elsewhere = { host: "lab.example:9000" };
    const polled = (await get(new URL(href).pathname, elsewhere)).json().output;
    expect(polled.both[0].href).toBe(hrefs[0].replace("localhost:80", "lab.example:9000"));
    expect((await get(`/gateway/history/${id}`, elsewhere)).json().output).toEqual(polled);
    expect((await get(`/api/action_invocations/${id}/output`, elsewhere)).json()).toEqual(polled);
    expect((await get("/gateway/history?format=ndjson", elsewhere)).json().output).toEqual(polled);
    expect((await get("/gateway/history?format=csv", elsewhere)).body).toContain(polled.both[0].href);
    expect((await get(`/api/actions/${id}`, elsewhere)).json().output).toEqual(polled);
    expect((await get(`/api/things/maker/actions/pair/${id}`, elsewhere)).json().output).toEqual(polled);
  });

  test("that a consumer of the Web of Things waits for tells where its blob is", async () => {
    const answer = await bench.app.inject({ method: "POST", url: "/api/things/maker/actions/at_once" });
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      expect.objectContaining({ media_type: "text/plain", size: 7 }),
    ]);
    expect((await get(new URL(answer.json().href).pathname)).body).toBe("at once");
  });

  test("whose whole output is a blob sends the bytes as its output, or a part of them", async () => {
    const { id } = await invoke("make", { text: "0123456789", mediaType: "text/plain" });
    const url = `/api/action_invocations/${id}/output`;
    expect([(await get(url)).body, (await get(url, { range: "bytes=-2" })).body]).toEqual(["0123456789", "89"]);
  });
});

describe("over a real connection, from a disk", () => {
  beforeEach(async () => {
    await bench.close();
    const stateDirectory = mkdtempSync(join(tmpdir(), "benchd-blobs-"));
    onTestFinished(() => rmSync(stateDirectory, { recursive: true, force: true }));
    bench = await openCounterBench({ drivers: { maker }, prefix: "/api", stateDirectory });
  });

  const listen = async () => new URL(await bench.app.listen({ host: "127.0.0.1", port: 0 }));
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

  test("a large blob arrives whole", async () => {
    const { origin } = await listen();
    const { output } = await invoke("large", { mebibytes: 20 });
    const answer = await fetch(origin + new URL(output.href).pathname);
    expect((await answer.arrayBuffer()).byteLength).toBe(20 * 2 ** 20);
  });

  test("a client that never reads, or goes away, costs no memory, and lets go of the blob", async () => {
    const { hostname, port } = await listen();
    const { output } = await invoke("large", { mebibytes: 50 });
    const path = new URL(output.href).pathname;
    const { buffers } = await memoryInUse();
    const deaf = Array.from({ length: 20 }, () => connect(Number(port), hostname).pause());
    for (const socket of deaf) socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
    for (let i = 0; i < 2000; i++) await turn();
    expect((await memoryInUse()).buffers - buffers).toBeLessThan(20 * 2 ** 20);
    for (const socket of deaf) socket.destroy();
    const readable = async () => {
      const id = path.slice(-36);
      const all = await Promise.allSettled(Array.from({ length: 100 }, () => bench.gateway.blobs.open(id)));
      for (const one of all) if (one.status === "fulfilled") await one.value?.close();
      return all.filter(({ status }) => status === "fulfilled").length;
    };
    await expect.poll(readable).toBe(100);
  });

  test.each([0, 1, 3, 10, 500])(
    "closing the server waits for no client that does not read, %d turns after it has asked",
    async (turns) => {
      const { hostname, port } = await listen();
      const { output } = await invoke("large", { mebibytes: 50 });
      const deaf = connect(Number(port), hostname).pause();
      deaf.write(`GET ${new URL(output.href).pathname} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
      for (let i = 0; i < turns; i++) await turn();
      await bench.app.close();
      deaf.destroy();
    },
  );
});
