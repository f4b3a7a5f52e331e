import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asked } from "./asked-over-broker.ts";
import { Broker, hashed } from "./broker.ts";

const page = readFileSync(new URL("../../docs/mqtt.md", import.meta.url), "utf8");
/** The block of code that has that in it. */
const block = (text: string) =>
  page.split(/^```\w*$/m).find((part, n) => n % 2 === 1 && part.includes(text)) ?? expect.fail(`no block has ${text}`);

let broker: Broker;
let bench: Awaited<ReturnType<typeof asked>>;
beforeAll(async () => {
  broker = await Broker.start(["allow_anonymous false", "password_file FOLDER/users", "acl_file FOLDER/rights"], {
    users: hashed({ "bench-3": "b", dashboard: "d", ada: "a" }),
    rights: block("user bench-3\n").trimStart(),
  });
  bench = await asked(broker, { login: "user: bench-3, passwordVariable: OWN,", environment: { OWN: "b" } });
});
afterAll(async () => {
  await bench.close();
  await broker.end();
});

test("with the rights of the documentation, who may use a pump is answered by the command of the documentation", async () => {
  const sh = async (command: string, user: string, password: string) => {
    const [program = "", ...rest] = command.trim().split(" ");
    const text = [program, "-p", broker.port, "-u", user, "-P", password, ...rest].join(" ");
    return (await promisify(execFile)("sh", ["-c", text])).stdout;
  };
  const online = await sh("mosquitto_sub -V mqttv5 -t benchd/bench-3/status -C 1 -W 10", "dashboard", "d");
  expect(JSON.parse(online)).toMatchObject({ status: "online" });
  const told = await sh(block("mosquitto_rr "), "ada", "a");
  expect(JSON.parse(told)).toMatchObject({ action: "/pump/dispense", input: { volume: 1 } });
  expect((await bench.invocations()).length).toBe(1);
});
