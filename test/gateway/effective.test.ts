import { expect, test } from "vitest";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { effectiveSettings } from "../../src/gateway/config/effective.ts";

const text = `
listen: { port: 6000 }
history: { megabytes: 10 }
things:
  pump: { driver: syringe-pump, serial: /dev/ttyUSB0, config: { diameter: 10, password: hunter2 } }
interlocks:
  lid: { thing: pump, property: rate, equals: 0, outputs: [pump.motor] }
notifiers:
  chat: { webhook: { url: "https://chat.example/hook/abcdef", tokenFile: ./token } }
`;

test("each setting is told once, with who says so, and what the file leaves out", () => {
  const config = { ...parseConfig(text, "a.yaml"), overridden: { "/listen/host": "command line" as const } };
  const settings = effectiveSettings(config, new Map([["pump", { diameter: 10, password: "hunter2", address: 0 }]]));
  const of = (path: string) => {
    const [found, ...more] = settings.filter((one) => one.path === path);
    expect(more).toEqual([]);
    return found && [found.value, found.from];
  };
  expect([of("/listen/host"), of("/listen/port"), of("/prefix")]).toEqual([
    ["127.0.0.1", "command line"],
    [6000, "file"],
    ["", "default"],
  ]);
  expect([of("/history/megabytes"), of("/history/days"), of("/limits/requestsPerSecond")]).toEqual([
    [10, "file"],
    [90, "default"],
    [500, "default"],
  ]);
  expect([of("/things/pump/config/diameter"), of("/things/pump/config/address")]).toEqual([
    [10, "file"],
    [0, "default"],
  ]);
  expect([of("/interlocks/lid/on"), of("/interlocks/lid/outputs")]).toEqual([
    ["abort", "default"],
    [["pump.motor"], "file"],
  ]);
  expect(of("/notifiers/chat/webhook/tokenFile")).toEqual(["./token", "file"]);
});

test("no secret is in it, nor what may be one", () => {
  const settings = effectiveSettings(parseConfig(text, "a.yaml"), new Map([["pump", { password: "hunter2" }]]));
  const told = JSON.stringify(settings);
  expect([told.includes("hunter2"), told.includes("abcdef")]).toEqual([false, false]);
});
