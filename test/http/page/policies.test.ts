import { createHash } from "node:crypto";
import type { RouteOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import camera from "../../../drivers/camera.ts";
import { type CounterBench, openCounterBench } from "../counter-bench.ts";

const routes: RouteOptions[] = [];
let open: CounterBench;
let guarded: CounterBench;
beforeAll(async () => {
  open = await openCounterBench({ drivers: { camera }, onRoute: (route) => void routes.push(route) });
  guarded = await openCounterBench({ identify: () => undefined });
  await open.app.ready();
});
afterAll(() => Promise.all([open.close(), guarded.close()]));

const pathOf = (url: string) =>
  url
    .replace(":thing/:affordance/viewer", "camera/mjpeg_stream/viewer")
    .replaceAll(/:(affordance|property)/g, "counter")
    .replace(":thing", "counter")
    .replace("*", "index.html");

/** Every page there is, by whoever makes it. */
async function pages() {
  const urls = [
    ...new Set(routes.filter(({ method }) => [method].flat().includes("GET")).map(({ url }) => pathOf(url))),
  ];
  const asked = [...urls.map((url) => [open, url] as const), [guarded, "/"] as const];
  const answers = await Promise.all(
    asked.map(async ([{ app }, url]) => {
      const answer = await app.inject({ url, headers: { accept: "text/html" }, payloadAsStream: true });
      const html = String(answer.headers["content-type"]).startsWith("text/html");
      if (!html) return void answer.stream().destroy();
      return { url, headers: answer.headers, body: String(Buffer.concat(await answer.stream().toArray())) };
    }),
  );
  return answers.filter((page) => page !== undefined);
}

const directives = (policy: unknown) =>
  new Map(
    String(policy)
      .split("; ")
      .map((one) => [one.split(" ")[0] ?? "", one.split(" ").slice(1)] as const),
  );

describe("every page", () => {
  it("has been found", async () => {
    const found = (await pages()).map(({ url }) => url);
    expect(found).toEqual(expect.arrayContaining(["/", "/docs/", "/camera/mjpeg_stream/viewer"]));
    expect(found.filter((url) => url === "/")).toHaveLength(2);
  });

  it("may load and do what it names, which is never anybody's, and be in no other", async () => {
    for (const { url, headers } of await pages()) {
      const policy = directives(headers["content-security-policy"]);
      expect([url, policy.get("default-src"), policy.get("frame-ancestors"), policy.get("base-uri")]).toEqual([
        url,
        ["'none'"],
        ["'none'"],
        ["'none'"],
      ]);
      expect([url, policy.has("form-action"), headers["x-frame-options"], headers["x-content-type-options"]]).toEqual([
        url,
        true,
        "DENY",
        "nosniff",
      ]);
      const own = /^('none'|'self'|'sha256-[\w+/]{43}='|blob:|data:)$/;
      const sources = [...policy].filter(([name]) => name !== "require-trusted-types-for").flatMap(([, some]) => some);
      expect(sources.filter((source) => !own.test(source))).toEqual([]);
      for (const name of ["script-src", "connect-src", "form-action"])
        expect(policy.get(name) ?? []).not.toEqual(expect.arrayContaining([expect.stringMatching(/blob:|data:/)]));
    }
  });

  it("has no script and no style in itself but those that its policy knows by their hashes", async () => {
    for (const { url, headers, body } of await pages()) {
      const policy = String(headers["content-security-policy"]);
      for (const [, content = ""] of body.matchAll(
        /<(?:script(?![^>]*\ssrc=)|style)[^>]*>([\s\S]*?)<\/(?:script|style)>/g,
      )) {
        const hash = createHash("sha256").update(content).digest("base64");
        expect([url, policy.includes(`'sha256-${hash}'`)]).toEqual([url, true]);
      }
      expect(body).not.toMatch(/<[^>]*\s(?:on\w+|style)=/);
    }
  });
});
