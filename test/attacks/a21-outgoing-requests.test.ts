import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, openListening } from "./listening.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Whatever opens a connection to somebody else, or asks for a name. */
const opens =
  /\bfetch\(|\bcreateConnection\b|\bnew (WebSocket|EventSource|XMLHttpRequest)\b|import \{[^}]*\b(connect|request|get|lookup|resolve\w*|createSocket|Agent)\b[^}]*\} from "(node:(net|tls|http|https|http2|dns|dns\/promises|dgram)|undici)"|import \* as \w+ from "node:(net|tls|https?|http2|dns|dgram)"|from "(node:(https|http2|dns|dns\/promises|dgram|inspector)|undici|ws)"|(from |import\()"nodemailer"/;

const withoutTypes = (code: string) => code.replaceAll(/^import type [^;]+;$/gm, "");

describe("A21: requests that the gateway is made to send", () => {
  it("has nothing to send them with: only the command line, and the client for programs, ask a gateway, and only what the configuration names is connected to", () => {
    const files = ["src", "drivers", "hardware-mocks"].flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8", withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    expect(files.length).toBeGreaterThan(300);
    const found = files
      .filter((file) => opens.test(withoutTypes(readFileSync(file, "utf8"))))
      .map((file) => relative(root, file));
    // What pages do in a browser is not done here.
    expect(found.toSorted()).toEqual([
      "src/cli/ask-gateway.ts",
      "src/cli/tls/send.ts",
      "src/client/connection.ts",
      "src/experiment/notify/mail.ts",
      "src/experiment/notify/webhook.ts",
      "src/transport/tcp-stream.ts",
    ]);
  });

  let bench: Listening;
  let trap: Server;
  let port = 0;
  let came = 0;

  beforeAll(async () => {
    trap = createServer((socket) => {
      came++;
      socket.destroy();
    });
    trap.listen(0, "::");
    await once(trap, "listening");
    port = (trap.address() as { readonly port: number }).port;
    bench = await openListening({ yaml: "things: { counter: { driver: counter }, helper: { driver: counter } }" });
  });
  afterAll(async () => {
    await bench.close();
    trap.close();
  });

  it("fetches nothing that a client names, wherever he names it", async () => {
    const urls = [
      ...[
        `http://127.0.0.1:${port}/a`,
        `http://[::1]:${port}/b`,
        `http://localhost:${port}/c`,
        `ws://127.0.0.1:${port}/d`,
      ],
      ...[`tcp://127.0.0.1:${port}`, `//127.0.0.1:${port}/e`, `http://0x7f000001:${port}/`, "file:///etc/passwd"],
      ...[
        "http://169.254.169.254/latest/meta-data/",
        `gopher://127.0.0.1:${port}/_x`,
        `data:text/plain,http://127.0.0.1:${port}`,
      ],
    ];
    const things = [...bench.gateway.things.values()];
    const answers: string[] = [];
    const ask = async (
      method: string,
      path: string,
      headers: Readonly<Record<string, string>> = {},
      body?: unknown,
    ) => {
      const sent = body === undefined ? {} : { body: JSON.stringify(body) };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await fetch(new URL(path, bench.url), {
        ...{ method, redirect: "manual", headers: { ...type, prefer: "respond-async", ...headers } },
        ...sent,
      });
      expect(answer.status).not.toBe(500);
      answers.push(answer.headers.get("content-type")?.startsWith("text/event-stream") ? "" : await answer.text());
    };
    for (const url of urls) {
      const [href] = [{ href: url, "@id": url, id: url, $ref: url, "benchd:blob": url, media_type: "image/png" }];
      // In inputs and blobs, in properties, leases, faults.
      for (const { name, actions, definition } of things) {
        const [action = "stop"] = Object.keys(actions);
        const [property = "x"] = Object.keys(definition.properties ?? {});
        await ask("POST", `/${name}/${action}`, {}, href);
        await ask("POST", `/things/${name}/actions/${action}`, {}, url);
        await ask("PUT", `/${name}/${property}`, {}, url);
      }
      await ask("POST", "/counter/echo", {}, { number: 1, text: url });
      await ask("POST", "/counter/read_blob", {}, { blob: href });
      await ask("POST", "/counter/lease", {}, { note: url, callback: url });
      await ask("PUT", "/mock/counter/faults/delay", {}, { ms: 1, url });
      // In queries and paths, and where others take a callback from.
      const q = encodeURIComponent(url);
      for (const path of [
        `/blob/${q}`,
        `/gateway/audit?by=${q}`,
        `/${q}/`,
        `/things/${q}`,
        `/.well-known/wot?url=${q}`,
        `/docs?url=${q}`,
      ])
        await ask("GET", path);
      await ask("POST", `/emergency_stop?reason=${q}&callback=${q}`);
      await ask("DELETE", `/emergency_stop?reason=${q}`);
      await ask(
        "POST",
        "/gateway/directory/things",
        {},
        { "@context": url, links: [{ href: url }], forms: [{ href: url }] },
      );
      const named = {
        referer: url,
        "x-original-url": url,
        "x-forwarded-host": url,
        forwarded: `host="${url}"`,
        link: `<${url}>`,
      };
      await ask("GET", "/thing_descriptions/", { ...named, "x-callback": url, "reply-to": url });
    }
    // A proxy's request line.
    await bench.send(`GET http://127.0.0.1:${port}/ HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`);
    await bench.send(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nconnection: close\r\n\r\n`);
    // What somebody has sent on its way would have come before this.
    expect(came).toBe(0);
    await fetch(`http://127.0.0.1:${port}/`).catch(() => {});
    expect(came).toBe(1);
    expect(answers.join("")).not.toContain("root:x:0:0");
  });
});
