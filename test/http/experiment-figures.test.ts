import { expect, test } from "vitest";
import { openSecretBench } from "../access/secret-bench.ts";
import { readExposition } from "./exposition.ts";

test("figures tell open prompts, raised alarms, runs and recordings that go on, of those that one may see", async () => {
  const { ask, bench, zebra, close } = await openSecretBench();
  const figures = async (who: string) => {
    const samples = readExposition((await ask(who, "GET", "/metrics")).body);
    const names = ["prompts_open", "alarms_raised", "runs_running", "recordings_going"];
    return names.map((name) => samples.find((one) => one.name === `benchd_${name}`)?.value);
  };
  expect(await figures("boss")).toEqual([0, 0, 0, 0]);
  zebra.fine = false;
  await ask("boss", "POST", "/whole/inquire", undefined, { prefer: "respond-async" });
  const begun: string[] = [];
  for (const step of ["whole.fail", "zebra.secret_hold"]) {
    const document = JSON.stringify({ title: "x", steps: [{ wait: "20 d" }, { invoke: step }] });
    begun.push((await ask("boss", "POST", "/gateway/runs", { document })).json().id);
  }
  const recorded = async (property: string) =>
    (await ask("boss", "POST", "/gateway/recordings", { name: "x", properties: [property], onChange: true })).json().id;
  await recorded("zebra.secret_word");
  const id = await recorded("whole.calm");
  await bench.clock.advance(2000);
  expect(await figures("boss")).toEqual([2, 1, 2, 2]);
  expect(await figures("guest")).toEqual([1, 0, 1, 1]);
  await ask("boss", "POST", `/gateway/recordings/${id}/stop`);
  await ask("boss", "DELETE", `/gateway/runs/${begun[0]}`);
  zebra.fine = true;
  await bench.clock.advance(60_000);
  expect(await figures("boss")).toEqual([2, 0, 1, 1]);
  await close();
});
