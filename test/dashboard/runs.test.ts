import { describe, expect, it } from "vitest";
import { expectedEnd, lineOf, linesOf, standingOf, storedAs, treeOf, waitText } from "../../dashboard/runs/outline.ts";
import { RunList } from "../../dashboard/runs/run-list.ts";
import type { RequestOptions } from "../../src/client/connection.ts";
import type { BenchEvent } from "../../src/client/events.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";

const step = (path: string, line = 1) => ({ path, line, text: path });

describe("the steps of a procedure", () => {
  it("stand in one another", () => {
    const tree = treeOf(
      ["steps[0]", "steps[0].arm[0]", "steps[0].arm[0].repeat[0]", "steps[1]", "onFailure[0]"].map((path) =>
        step(path),
      ),
    );
    expect(tree.map(({ path }) => path)).toEqual(["steps[0]", "steps[1]", "onFailure[0]"]);
    expect(tree[0]?.steps[0]?.steps[0]?.path).toBe("steps[0].arm[0].repeat[0]");
  });

  it("are done, ahead, or where the run is", () => {
    const at = [{ path: "steps[2].arm[1]" }, { path: "steps[2].pump[0].repeat[1]" }];
    const standing = (path: string, state = "running") => standingOf(path, at, state);
    expect(
      ["steps[0]", "steps[2]", "steps[2].arm[0]", "steps[2].arm[1]", "steps[2].arm[2]"].map((path) => standing(path)),
    ).toEqual([...["done", "within", "done", "here", "ahead"]]);
    expect(standing("steps[2].pump[0].repeat[0]")).toBe("done");
    expect(standing("steps[0].repeat[5]")).toBe("done");
    expect(standing("steps[10]")).toBe("ahead");
    expect(standing("onFailure[0]")).toBe("ahead");
    expect([standing("steps[10]", "completed"), standing("onFailure[0]", "completed")]).toEqual(["done", "ahead"]);
  });

  it("are in lines, which mistakes name, too", () => {
    expect(lineOf({ at: "x:2:18" })).toBe(2);
    expect(lineOf({ at: "C:/a:b.yaml:48:5" })).toBe(48);
    expect(lineOf({ at: "" })).toBeUndefined();
    expect(storedAs("titration@3")).toEqual({ name: "titration", version: 3 });
    expect(storedAs("titration.yaml")).toBeUndefined();
    expect(storedAs(null)).toBeUndefined();
  });
});

it("a run that has ended waits for nobody, and stands nowhere unless it broke off there", () => {
  const waitingFor = "operator";
  expect(waitText({ state: "running", waitingFor })).toBe("waits for an answer");
  expect(["completed", "cancelled", "failed"].map((state) => waitText({ state, waitingFor }))).toEqual(["", "", ""]);
  const positions = [{ path: "steps[11]", line: 68, text: "ask", round: null }];
  expect(["running", "failed", "completed"].map((state) => linesOf({ state, positions }))).toEqual([[68], [68], []]);
});

it("a run is to end when a dry run has foretold it, in simulated time sooner", () => {
  const run = { timeStarted: "2026-11-20T10:00:00Z", expectedMs: 60_000 };
  expect(expectedEnd(run, 1)).toBe(Date.parse("2026-11-20T10:01:00Z"));
  expect(expectedEnd(run, 60)).toBe(Date.parse("2026-11-20T10:00:01Z"));
  expect(expectedEnd({ ...run, timeStarted: null }, 1)).toBeUndefined();
});

describe("the list of runs", () => {
  const run = (id: string, state = "running") => ({ id, state, positions: [], progress: null });
  const fixture = () => {
    const clock = new DiscreteClock();
    const asked: string[] = [];
    const answers: Record<string, unknown> = { "/gateway/runs": [run("a"), run("b")] };
    const connection = {
      clock,
      async request(_method: string, path: string, { query }: RequestOptions = {}) {
        asked.push(path);
        const next = query?.["cursor"] ? "" : '<http://pi:5000/gateway/runs?limit=50&cursor=7>; rel="next"';
        return {
          status: 200,
          headers: new Headers({ link: next }),
          body: answers[`${path}${query?.["cursor"] ?? ""}`],
        };
      },
    };
    return { clock, asked, answers, list: new RunList(connection) };
  };
  const told = (id: string, state: "paused" | "completed"): BenchEvent => ({
    ...{ kind: "run", number: 1, at: "2026-11-20T10:00:00Z", id, title: "x", state, things: [] },
    positions: [{ path: "steps[0]", line: 3, column: 1, text: "wait 1 s" }],
  });

  it("has the newest first, and older ones when they are wanted, each once", async () => {
    const { list, answers } = fixture();
    await list.load();
    expect(list.runs.value.map(({ id }) => id)).toEqual(["b", "a"]);
    answers["/gateway/runs7"] = [run("c"), run("a")];
    await list.more();
    expect(list.runs.value.map(({ id }) => id)).toEqual(["b", "a", "c"]);
    expect(list.older.value).toBeUndefined();
  });

  it("follows what events tell at once, and reads the rest a moment later, once for many", async () => {
    const { list, answers, asked, clock } = fixture();
    await list.load();
    answers["/gateway/runs/a"] = { ...run("a", "completed"), reason: null };
    list.heard(told("a", "paused"));
    list.heard(told("a", "completed"));
    expect(list.runs.value[1]).toMatchObject({ state: "completed", positions: [{ line: 3, round: null }] });
    expect(asked.length).toBe(1);
    await clock.advance(600);
    expect(asked.slice(1)).toEqual(["/gateway/runs/a"]);
    expect(list.runs.value[1]).toMatchObject({ reason: null });
  });

  it("takes up a run that has begun meanwhile", async () => {
    const { list, answers, clock } = fixture();
    await list.load();
    answers["/gateway/runs/new"] = run("new");
    list.heard(told("new", "paused"));
    await clock.advance(600);
    expect(list.runs.value.map(({ id }) => id)).toEqual(["new", "b", "a"]);
  });
});
