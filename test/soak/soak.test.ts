import { expect, test } from "vitest";
import type { Rule } from "../../soak/rule.ts";
import { shrunk } from "../../soak/shrink.ts";
import { soak } from "../../soak/soak.ts";

const hourMs = 3_600_000;
/** `SOAK_SEED=… SOAK_STEPS=… npx vitest run test/soak` runs another program, or a part of one; `npm run soak` takes a new one each time. */
const { SOAK_SEED = "1", SOAK_STEPS } = process.env;

test(`F48: a random program with random faults breaks no rule: seed ${SOAK_SEED}`, async () => {
  const seed = Number(SOAK_SEED);
  const { broken } = await soak({
    seed,
    ms: hourMs / 10,
    ...(SOAK_STEPS !== undefined && { steps: Number(SOAK_STEPS) }),
  });
  const again = `see it again:  SOAK_SEED=${seed} SOAK_STEPS=${broken?.step} npm run soak`;
  expect(broken?.violations ?? [], `${broken?.lines.slice(-60).join("\n")}\n${again}`).toEqual([]);
});

test("F48: a program of one seed does and is answered the same each time", async () => {
  const [one, two] = [await soak({ seed: 5, ms: hourMs / 20 }), await soak({ seed: 5, ms: hourMs / 20 })];
  expect([two.trace, two.steps]).toEqual([one.trace, one.steps]);
  const other = await soak({ seed: 6, ms: hourMs / 60 });
  expect(other.trace).not.toBe(one.trace);
});

test("F48: a broken rule ends the program at once, and tells the step, and which steps it takes", async () => {
  const picky: Rule = {
    number: "R0",
    holds: "nobody refills the syringe",
    watch: (_, broken) => ({
      answered({ method, url }) {
        if (method === "PUT" && url === "/pump/remaining") broken("somebody has");
      },
    }),
  };
  const program = { seed: 3, ms: hourMs, rules: [picky] };
  const { broken, steps: taken } = await soak(program);
  expect(broken?.violations).toEqual(["R0 (nobody refills the syringe): somebody has"]);
  // Devices may say something in the same breath.
  const last = broken?.lines.findLast((line) => !line.includes(" debug "));
  expect([broken?.step, last]).toEqual([taken, expect.stringContaining("PUT /pump/remaining")]);
  const needed = await shrunk({ ...program, steps: taken }, 5);
  expect([needed.at(-1), needed.length < taken]).toEqual([taken, true]);
});
