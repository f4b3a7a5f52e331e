import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PortMissingError } from "../../../src/errors.ts";
import { Sight } from "../../../src/http/access/sight.ts";
import type { Document } from "../../../src/http/openapi/compose.ts";
import { OpenApi } from "../../../src/http/openapi/openapi.ts";
import { defineThing } from "../../../src/thing/define.ts";
import { Type } from "../../../src/typebox.ts";
import { type CounterBench, openCounterBench } from "../counter-bench.ts";

/** It can be stopped, once its device is there. */
let present = false;
const motor = defineThing({
  title: "Motor",
  config: Type.Object({}),
  properties: { turn: { title: "Turn", schema: Type.Number(), readOnly: true } },
  actions: { read_turn: { title: "Read it as an action" }, turn_back: { title: "Back" } },
  async open() {
    if (!present) throw new PortMissingError("no motor");
    return { read: { turn: () => 0 }, invoke: { read_turn() {}, turn_back() {} }, async stop() {} };
  },
});
/** With `motor_turn`, it makes names that `motor` has too. */
const other = defineThing({
  title: "Another",
  config: Type.Object({}),
  actions: { back: { title: "Back" } },
  open: async () => ({ invoke: { back() {} } }),
});

let bench: CounterBench;
beforeEach(async () => {
  present = false;
  bench = await openCounterBench({ drivers: { motor, motor_turn: other } });
});
afterEach(() => bench.close());

const ask = (headers: Record<string, string> = {}) => bench.app.inject({ url: "/openapi.json", headers });

describe("the document", () => {
  it("has an action stop once the driver that has one is open", async () => {
    const before = await ask();
    expect((before.json() as Document).paths).not.toHaveProperty(["/motor/stop"]);
    present = true;
    await bench.clock.until(bench.gateway.thing("motor").reset());
    const after = await ask();
    expect((after.json() as Document).paths).toHaveProperty(["/motor/stop"]);
    expect(after.headers["etag"]).not.toBe(before.headers["etag"]);
  });

  it("is composed once for what there is, however often it is asked for", async () => {
    const documents = new OpenApi({ gateway: bench.gateway, prefix: "", auth: "none" }, []);
    const everything = new Sight(bench.gateway);
    const first = documents.for(everything);
    expect(documents.for(everything)).toBe(first);
    present = true;
    await bench.clock.until(bench.gateway.thing("motor").reset());
    expect(documents.for(everything)).not.toBe(first);
  });

  it("is another for whoever may read other Things, of which a bounded number is kept", async () => {
    const { gateway } = bench;
    const documents = new OpenApi({ gateway, prefix: "", auth: "none" }, []);
    const sight = (...names: string[]) => new Sight(gateway, new Set(names));
    const first = documents.for(sight("counter"));
    expect(first.text).not.toContain("helper");
    expect(documents.for(sight("helper")).etag).not.toBe(first.etag);
    expect(documents.for(sight("counter"))).toBe(first);
    for (let n = 0; n < 20; n++) documents.for(sight("counter", `gone_${n}`));
    expect(documents.for(sight("counter"))).not.toBe(first);
    expect(documents.for(sight("counter")).etag).toBe(first.etag);
  });

  it("is sent again only when it has changed", async () => {
    const { headers, body } = await ask();
    expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-cache" });
    const etag = String(headers["etag"]);
    for (const known of [etag, `W/${etag}`, `"older", ${etag}`, "*"]) {
      const again = await ask({ "if-none-match": known });
      expect([known, again.statusCode, again.body, again.headers["etag"]]).toEqual([known, 304, "", etag]);
    }
    const other = await ask({ "if-none-match": '"older"' });
    expect([other.statusCode, other.body]).toEqual([200, body]);
  });

  it("is as long for HEAD", async () => {
    const { headers, body } = await bench.app.inject({ method: "HEAD", url: "/openapi.json" });
    expect(body).toBe("");
    expect(headers["content-length"]).toBe(String(Buffer.byteLength((await ask()).body)));
  });

  it("gives what would have the same name its exact name, and leaves others theirs", async () => {
    const { paths }: Document = (await ask()).json();
    const idOf = (path: string, method: string) => paths[path]?.[method]?.["operationId"];
    expect(idOf("/motor/turn", "get")).toBe("motor.turn.read");
    expect(idOf("/motor/read_turn", "post")).toBe("motor.read_turn");
    expect(idOf("/motor/turn_back", "post")).toBe("motor.turn_back");
    expect(idOf("/motor_turn/back", "post")).toBe("motor_turn.back");
    expect(idOf("/counter/increment", "post")).toBe("counter_increment");
  });

  it("tells who asks from elsewhere no more than others are told", async () => {
    expect((await ask({ host: "evil.example" })).statusCode).toBe(403);
    expect((await ask({ host: "lab.example:5000" })).body).toBe((await ask()).body);
  });
});
