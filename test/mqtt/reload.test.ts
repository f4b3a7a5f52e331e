import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openReloadedMqtt, request, two } from "./reloaded-mqtt.ts";

const section = (more: string) => `mqtt: { broker: "mqtt://127.0.0.1", gateway: g${more} }\n`;
const asUser = section(", user: bench, passwordVariable: PW");

test("a password that is rotated behind the same configuration is taken up by a reload, and only then", async () => {
  const { bench, broker, environment, reload, settle, told } = await openReloadedMqtt(asUser + two, { PW: "old" });
  broker.users.set("bench", "old");
  await settle(() => broker.clients.size === 1);
  await bench.gateway.thing("a").write("counter", 7);
  await settle(() => told("/properties/counter").length > 0);
  const thing = bench.gateway.thing("a");
  expect(await reload(asUser + two)).toMatchObject({ sections: [], needsRestart: [] });
  expect(broker.connects).toHaveLength(1);

  environment["PW"] = "new";
  broker.users.set("bench", "new");
  expect(await reload(asUser + two)).toMatchObject({ kept: ["a", "b"], changed: [], sections: ["mqtt"] });
  await settle(() => broker.connects.length === 2 && broker.keptAt("benchd/g/status")?.["status"] === "online");
  expect(broker.connects.map(({ password }) => password)).toEqual(["old", "new"]);
  expect(told("/status")).toEqual([
    expect.objectContaining({ status: "online", connection: 1 }),
    expect.objectContaining({ status: "offline", reason: "its configuration has changed" }),
    expect.objectContaining({ status: "online", connection: 2 }),
  ]);
  expect([broker.clients.size, bench.gateway.thing("a")]).toEqual([1, thing]);
  // What was told of the Things holds: none of them was touched.
  await bench.processClock.advance(10_000);
  await settle();
  expect(broker.keptAt("benchd/g/things/a/properties/counter")).toMatchObject({ value: 7 });
  expect(await reload(asUser + two)).toMatchObject({ sections: [] });
  expect(broker.connects).toHaveLength(2);
});

test("events that the broker has not confirmed are told by the one after it, those that it has are not told again", async () => {
  const { bench, broker, other, reload, settle, ids } = await openReloadedMqtt(section("") + two);
  await settle(() => broker.clients.size === 1);
  const run = async () => bench.gateway.thing("a").invoke("noop", {}, { requestedBy: "ada" });
  await run();
  await settle(() => ids(broker).length === 3);
  // From now on it confirms nothing.
  broker.silent = true;
  await run();
  await settle();
  const reloading = reload(section("").replace("127.0.0.1", "other") + two);
  await settle(() => broker.clients.size === 1);
  await run();
  expect((await reloading).sections).toEqual(["mqtt"]);
  await settle(() => ids(other).length === 6);
  expect(ids(broker)).toHaveLength(3);
  const numbers = [...ids(broker), ...ids(other)];
  expect(numbers).toEqual([...new Set(numbers)].toSorted((one, next) => one - next));
  expect(other.keptAt("benchd/g/status")).toMatchObject({ status: "online" });
});

test("who may ask for what is another from the turn on in which the configuration is", async () => {
  const open = section(", requests: [read, operate]");
  const { bench, broker, reload, settle, answers, told, isAsked } = await openReloadedMqtt(open + two);
  await settle(() => isAsked());
  broker.publish(request("b", "increment", "one"));
  await settle(() => answers().length >= 1);
  expect(answers()[0]).toMatch(/^20[01]/);
  const before = answers().length;
  const narrowed = section(", things: [a], requests: [read, operate]");
  const leave = bench.gateway.events.listen(({ event }) => {
    if (event.kind !== "configuration") return;
    // In the same turn; what is asked of the one that ends is left undone.
    queueMicrotask(() => {
      broker.publish(request("b", "increment", "two"));
      bench.gateway.thing("b").invoke("noop", {}, { requestedBy: "ada" });
    });
  });
  expect(await reload(narrowed + two)).toMatchObject({ sections: ["mqtt"] });
  leave();
  await settle(() => broker.connects.length === 2 && isAsked());
  broker.publish(request("b", "increment", "three"));
  broker.publish(request("a", "increment", "four"));
  await settle(() => answers().length >= before + 2);
  expect(answers().slice(before)).toEqual(expect.arrayContaining([expect.stringMatching(/^404/)]));
  expect(told("/things/b/actions/noop")).toEqual([]);
  expect(await bench.gateway.thing("b").read("counter")).toBe(1);
  expect(await bench.gateway.thing("a").read("counter")).toBe(1);
  // And nothing of it is left at the broker.
  await settle(() => !broker.kept.has("benchd/g/things/b/state"));
});

test("a section that is added or taken away begins and ends one, and tells nothing of before", async () => {
  const { bench, broker, reload, settle, ids, app } = await openReloadedMqtt(two);
  const probes = async () => Object.keys((await app.inject("/health")).json().probes);
  bench.gateway.thing("a").invoke("noop", {}, { requestedBy: "ada" });
  await settle(() => bench.events().some((event) => event.kind === "invocation" && event.status === "completed"));
  await bench.gateway.thing("a").write("counter", 3);
  expect(await reload(section("") + two)).toMatchObject({ sections: ["mqtt"], needsRestart: [] });
  await settle(() => broker.kept.has("benchd/g/things/a/properties/counter"));
  expect(broker.keptAt("benchd/g/things/a/properties/counter")).toMatchObject({ value: 3 });
  expect([ids(broker), await probes()]).toEqual([[], expect.arrayContaining(["mqtt"])]);
  const { settings } = (await app.inject("/gateway/configuration")).json();
  expect(settings).toContainEqual({ path: "/mqtt/gateway", value: "g", from: "file" });

  expect(await reload(two)).toMatchObject({ sections: ["mqtt"] });
  await settle(() => broker.clients.size === 0);
  expect(broker.keptAt("benchd/g/status")).toMatchObject({ status: "offline" });
  expect(await probes()).not.toContain("mqtt");
  expect((await app.inject("/gateway/configuration")).json().settings).not.toContainEqual(
    expect.objectContaining({ path: "/mqtt/gateway" }),
  );
});

test("what no connection could be made with is refused by where it stands, and nothing at all is taken up", async () => {
  const folder = await mkdtemp(join(tmpdir(), "benchd-mqtt-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [ca, secret] = [join(folder, "ca.pem"), join(folder, "password")];
  const { bench, broker, environment, reload, settle } = await openReloadedMqtt(asUser + two, { PW: "old" });
  await settle(() => broker.clients.size === 1);
  const tls = (more: string) => `mqtt: { broker: "mqtts://127.0.0.1", gateway: g${more} }\n`;
  const refused = async (text: string, why: RegExp) => {
    await expect(reload(`${text}things:\n  c: { driver: counter }\n`)).rejects.toThrow(why);
    expect([[...bench.gateway.things.keys()], broker.connects.length, broker.clients.size]).toEqual([["a", "b"], 1, 1]);
  };
  await refused(tls(`, tls: { ca: ${ca} }`), /^test.yaml:1:\d+: .*ca.pem is not there/);
  await refused(
    tls(", tls: { ca: /dev/null }"),
    /^test.yaml:1:\d+: .dev.null: that is no file, but a pipe or a device/,
  );
  await writeFile(ca, "no certificate");
  await refused(tls(`, tls: { ca: ${ca} }`), /^test.yaml:1:\d+: .*ca.pem holds no certificates/);
  await refused(tls(`, tls: { certificate: ${ca}, key: ${ca} }`), /^test.yaml:1:\d+: .*holds no certificate/);
  await refused(
    section(`, user: bench, passwordFile: ${secret}`),
    /^test.yaml:1:\d+: .*password: there is no such file/,
  );
  await refused(section(", requests: tokens"), /^test.yaml:1:\d+: nobody has a token here/);
  delete environment["PW"];
  await refused(asUser, /^test.yaml:1:\d+: the variable PW holds nothing/);
  environment["PW"] = "old";
  await writeFile(secret, "from a file\n");
  await reload(section(`, user: bench, passwordFile: ${secret}`) + two);
  // It is read from the disk.
  const latest = async () => {
    await settle();
    return broker.connects.at(-1)?.password;
  };
  await expect.poll(latest, { interval: 5 }).toBe("from a file");
});

test("a broker that takes nothing holds up no reload for longer than 5 s, and the last of several is what holds", async () => {
  const open = section(", requests: [read, operate]");
  const { bench, broker, other, reload, settle, isAsked } = await openReloadedMqtt(open + two);
  await settle(() => isAsked());
  broker.silent = true;
  broker.publish(request("a", "increment", "one"));
  await settle();
  const { tookMs } = await reload(section("").replace(": g", ": g2") + two);
  expect(tookMs).toBeGreaterThan(4000);
  expect(tookMs).toBeLessThan(5300);
  // The one that has ended is still being waited for: that in between is never begun.
  await reload(section("").replace("127.0.0.1", "other") + two);
  await settle(() => other.clients.size === 1);
  expect([broker.clients.size, broker.connects.length, bench.gateway.config.mqtt?.host]).toEqual([0, 1, "other"]);
});

test("a reload that gives the gateway another name removes what was kept under the old one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "benchd-renamed-"));
  onTestFinished(() => rm(folder, { recursive: true, maxRetries: 3 }));
  const text = `stateDirectory: ${folder}\n${section("")}${two}`;
  const { broker, reload, settle } = await openReloadedMqtt(text);
  const below = (base: string) => [...broker.kept.keys()].filter((topic) => topic.startsWith(`${base}/`)).length;
  const names = () => readFile(join(folder, "mqtt-names.json"), "utf8").catch(() => "");
  await settle(() => below("benchd/g") >= 7);
  await expect.poll(names).toContain("benchd/g");
  await reload(text.replace("gateway: g", "gateway: h"));
  const goesOn = async () => {
    await settle();
    return below("benchd/g");
  };
  await expect.poll(goesOn).toBe(0);
  expect(broker.keptAt("benchd/h/status")).toMatchObject({ status: "online" });
  await expect.poll(names).not.toContain("benchd/g");
});
