import { expect, it } from "vitest";
import type { Document } from "../../../src/http/openapi/compose.ts";
import { openCounterBench } from "../counter-bench.ts";
import { exchanges } from "../exchange.ts";

/** What LabThings' demonstration Thing has, and ours has not. */
const missing = ["/counter/plain"];
/** Things cannot have other actions of their own here: `helper` is another `counter`. */
const itsOwn = /^\/helper\/hello$/;
/** There it is offered, and is 404. */
const refused = ["post /counter/fixed/reset"];

it("has the operations that LabThings' document has, by the same paths", async () => {
  const bench = await openCounterBench();
  const ours: Document = (await bench.app.inject({ url: "/openapi.json" })).json();
  await bench.close();
  const theirs = exchanges.find(({ name }) => name === "openapi")?.body as Document;
  const wanted = Object.entries(theirs.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => ({ path, method, ours: path.replace(/^\/(counter|helper)\/$/, "/{thing}/") })),
  );
  expect(wanted.length).toBeGreaterThan(40);
  const lacking = wanted.filter((one) => !ours.paths[one.ours]?.[one.method] && !itsOwn.test(one.path));
  const paths = lacking.map(({ path, method }) => (missing.includes(path) ? path : `${method} ${path}`));
  expect([...new Set(paths)].sort()).toEqual([...missing, ...refused].sort());
});
