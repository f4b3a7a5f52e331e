import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, it } from "vitest";
import { openMockBench } from "./mock-bench.ts";

/** What the linter may warn of, and why we do not mind. */
const accepted = [
  {
    rule: "no-path-trailing-slash",
    at: /^#\/paths\/~1(things|thing_descriptions|\{thing\})~1$/,
    because: "LabThings' clients ask for the Things with a slash at the end",
  },
  {
    rule: "no-ambiguous-paths",
    at: /^#\/paths\//,
    because: "concrete paths go before templates, and no Thing may be called as a path of the gateway",
  },
];

it("the document of the demonstration bench passes the linter's recommended rules", async () => {
  const bench = await openMockBench();
  const source = JSON.stringify(await bench.document());
  await bench.close();
  const config = await createConfig({ extends: ["recommended"], rules: { "no-path-trailing-slash": "warn" } });
  const problems = await lintFromString({ source, absoluteRef: "/openapi.json", config });
  const found = problems.map(({ severity, ruleId, message, location: [where] }) => ({
    ...{ severity, ruleId, message, at: where?.pointer ?? "" },
  }));
  expect(found.filter(({ severity }) => severity === "error")).toEqual([]);
  const isAccepted = ({ ruleId, at }: { ruleId: string; at: string }) =>
    accepted.some((one) => one.rule === ruleId && one.at.test(at));
  expect(found.filter((one) => !isAccepted(one))).toEqual([]);
  for (const { rule } of accepted) expect(found.map(({ ruleId }) => ruleId)).toContain(rule);
});

it("the linter finds what is wrong", async () => {
  const source = JSON.stringify({
    openapi: "3.1.0",
    info: { title: "x", version: "1" },
    paths: { "/a/": { get: {} } },
  });
  const config = await createConfig({ extends: ["recommended"] });
  const problems = await lintFromString({ source, absoluteRef: "/openapi.json", config });
  expect(problems.map(({ ruleId }) => ruleId)).toEqual(
    expect.arrayContaining(["no-path-trailing-slash", "operation-summary", "security-defined"]),
  );
});
