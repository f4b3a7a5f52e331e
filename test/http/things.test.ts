import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { exchanges } from "./exchange.ts";

type Json = Readonly<Record<string, unknown>>;
interface Action extends Json {
  readonly input?: { readonly properties: Json };
  readonly output?: { readonly properties: Json };
}
interface Description extends Json {
  readonly properties: Readonly<Record<string, Json>>;
  readonly actions: Readonly<Record<string, Action>>;
}

describe("the published Thing Description", () => {
  const recorded = exchanges.find(({ name }) => name === "td")?.body as Description;
  let bench: CounterBench;
  let ours: Description;

  beforeAll(async () => {
    bench = await openCounterBench();
    ours = (await bench.app.inject({ url: "/counter/" })).json();
  });
  afterAll(() => bench.close());

  it("has the recorded properties, word for word", () => {
    expect(Object.keys(ours.properties).sort()).toEqual(Object.keys(recorded.properties).sort());
    for (const [name, { forms, ...property }] of Object.entries(recorded.properties)) {
      expect(ours.properties[name]).toMatchObject(property);
    }
  });

  it("has the recorded actions", () => {
    const missing = Object.keys(recorded.actions).filter((name) => !(name in ours.actions));
    expect(missing.sort()).toEqual([]);
    for (const [name, { title, description }] of Object.entries(ours.actions)) {
      expect({ title, description }).toMatchObject({
        title: recorded.actions[name]?.["title"],
      });
    }
    expect(ours.actions["slow_count"]?.["input"]).toMatchObject({
      title: "slow_count_input",
      type: "object",
      properties: { n: { title: "N", default: 5, type: "integer" } },
    });
  });

  it("tells of blobs by the fields that LabThings has for them", () => {
    const output = ours.actions["make_blob"]?.output;
    expect(output).toMatchObject({
      title: "make_blob_output",
      type: "object",
      properties: { href: { type: "string" }, media_type: { type: "string", const: "text/plain" } },
      required: ["href", "media_type"],
    });
    const fields = Object.keys(recorded.actions["make_blob"]?.output?.properties ?? {});
    expect(Object.keys(output?.properties ?? {})).toEqual([...fields, "size"]);
    expect(ours.actions["read_blob"]?.input?.properties["blob"]).toMatchObject({ title: "TextBlob", type: "object" });
  });

  it("says from where it was asked for, and that it asks for no credentials", async () => {
    expect(ours).toMatchObject({
      base: "http://localhost:80/",
      securityDefinitions: { no_security: { scheme: "nosec" } },
      security: "no_security",
    });
    const elsewhere = await bench.app.inject({ url: "/counter/", headers: { host: "lab.example:9000" } });
    expect(elsewhere.json().base).toBe("http://lab.example:9000/");
  });

  it("is the same one in the list of all", async () => {
    const all = (await bench.app.inject({ url: "/thing_descriptions/" })).json();
    expect(Object.keys(all)).toEqual(["counter", "helper"]);
    expect(all.counter).toEqual(ours);
  });

  it("gives every affordance forms, which lead to the view of the Web of Things", () => {
    for (const affordance of [...Object.values(ours.properties), ...Object.values(ours.actions)]) {
      const hrefs = (affordance["forms"] as readonly { readonly href: string }[]).map(({ href }) => href);
      expect(hrefs.length).toBeGreaterThan(0);
      for (const href of hrefs) expect(href).toMatch(/^\/things\/counter\/(properties|actions)\//);
    }
  });
});
