import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { thingId } from "../../../src/http/wot/thing-id.ts";
import { openMixer } from "./mixer.ts";

interface Form {
  readonly href: string;
  readonly op: readonly string[];
  readonly contentType: string;
  readonly subprotocol?: string;
  readonly "htv:methodName"?: string;
}

const described = async (options?: Parameters<typeof openMixer>[0]) => {
  const bench = await openMixer(options);
  const url = `${options?.prefix ?? ""}/things/mixer`;
  return { ...bench, answer: await bench.app.inject({ url }) };
};
const told = ({ forms }: { readonly forms: readonly Form[] }) =>
  forms.map(({ href, op, subprotocol = "", "htv:methodName": method = "" }) =>
    `${method} ${href} ${op} ${subprotocol}`.trim(),
  );

it("is served as a Thing Description, the same for both views", async () => {
  const { answer, app } = await described();
  expect([answer.statusCode, answer.headers["content-type"]]).toEqual([200, "application/td+json"]);
  expect((await app.inject({ url: "/mixer/" })).json()).toEqual(answer.json());
});

it("tells who it is, which profiles it follows, and who may ask", async () => {
  const { answer } = await described();
  expect(answer.json()).toMatchObject({
    "@context": ["https://www.w3.org/2019/wot/td/v1", "https://www.w3.org/2022/wot/td/v1.1", { "@language": "en" }],
    id: expect.stringMatching(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    profile: ["https://www.w3.org/2022/wot/profile/http-basic/v1", "https://www.w3.org/2022/wot/profile/http-sse/v1"],
    title: "Mixer",
    description: "Stirs.",
    base: "http://localhost:80/",
    security: "no_security",
    links: [{ rel: "collection", href: "/gateway/directory", type: "application/td+json" }],
  });
});

it("has a form for every operation on properties, by what they allow", async () => {
  const { properties } = (await described()).answer.json();
  expect(told(properties.lid)).toEqual(["GET /things/mixer/properties/lid readproperty"]);
  expect(told(properties.heat)).toEqual([
    "GET /things/mixer/properties/heat readproperty",
    "PUT /things/mixer/properties/heat writeproperty",
  ]);
});

it("has forms to observe and to subscribe, both ways, the one first that any consumer can go", async () => {
  const { properties, events } = (await described()).answer.json();
  expect(told(properties.speed).slice(2)).toEqual([
    "/things/mixer/properties/speed?wait=3540 observeproperty,unobserveproperty longpoll",
    "GET /things/mixer/properties/speed observeproperty,unobserveproperty sse",
  ]);
  expect(Object.keys(events)).toEqual(["overheated", "opened"]);
  expect(events.overheated).toMatchObject({ title: "Too hot", data: { type: "number", unit: "Cel" } });
  expect(told(events.overheated)).toEqual([
    "/things/mixer/events/overheated?wait=3540 subscribeevent,unsubscribeevent longpoll",
    "GET /things/mixer/events/overheated subscribeevent,unsubscribeevent sse",
  ]);
});

it("has no forms for what a Thing does not have", async () => {
  const { app } = await described();
  const { forms, events } = (await app.inject({ url: "/things/counter" })).json();
  expect(events).toBeUndefined();
  expect(forms.flatMap(({ op }: Form) => op)).not.toContain("subscribeallevents");
});

it("has a form for every operation on actions: what is over when it is answered cannot be queried", async () => {
  const { actions } = (await described()).answer.json();
  expect([actions.beep.synchronous, actions.stir.synchronous, actions.stop.synchronous]).toEqual([true, false, false]);
  expect(told(actions.beep)).toEqual(["POST /things/mixer/actions/beep invokeaction"]);
  expect(actions.beep).not.toHaveProperty("uriVariables");
  expect(told(actions.stir)).toEqual([
    "POST /things/mixer/actions/stir invokeaction",
    "GET /things/mixer/actions/stir/{id} queryaction",
    "DELETE /things/mixer/actions/stir/{id} cancelaction",
  ]);
  expect(Object.keys(actions.stir.uriVariables)).toEqual(["id"]);
});

it("has forms for the Thing as a whole", async () => {
  const description = (await described()).answer.json();
  expect(told(description)).toEqual([
    "GET /things/mixer/properties readallproperties",
    "PUT /things/mixer/properties writemultipleproperties",
    "GET /things/mixer/properties observeallproperties,unobserveallproperties sse",
    "GET /things/mixer/actions queryallactions",
    "GET /things/mixer/events subscribeallevents,unsubscribeallevents sse",
  ]);
});

it("leads to forms that answer, also behind a prefix", async () => {
  const { answer, app } = await described({ prefix: "/api/v1" });
  const { properties, forms } = answer.json();
  for (const { href, contentType } of [...properties.speed.forms, ...forms] as readonly Form[]) {
    expect(href.startsWith("/api/v1/things/mixer/")).toBe(true);
    const answer = await app.inject({ method: "HEAD", url: href, headers: { accept: contentType } });
    expect([href, answer.statusCode, answer.headers["content-type"]]).toEqual([href, 200, contentType]);
  }
});

it("has an id of its Thing's own, which a restart does not change, and another bench does not share", async () => {
  const stateDirectory = mkdtempSync(join(tmpdir(), "benchd-id-"));
  onTestFinished(() => rmSync(stateDirectory, { recursive: true, force: true }));
  const ids = async (options: Parameters<typeof openMixer>[0]) => {
    const { answer, app, close } = await described(options);
    const other = await app.inject({ url: "/things/counter" });
    await close();
    return [answer.json().id, other.json().id];
  };
  const [first, counter] = await ids({ stateDirectory });
  expect(counter).not.toBe(first);
  expect(await ids({ stateDirectory })).toEqual([first, counter]);
  expect(await ids({})).not.toContain(first);
});

it("makes its id as RFC 9562 makes a name-based UUID", () => {
  // The example of its appendix A.4: the name www.example.com in the name space of DNS.
  const dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
  expect(thingId(dns, "www.example.com")).toBe("urn:uuid:2ed6657d-e927-568b-95e1-2665a8aea6a2");
});
