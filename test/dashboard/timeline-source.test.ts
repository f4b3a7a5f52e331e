import { beforeEach, describe, expect, it } from "vitest";
import type { ToldBar } from "../../dashboard/timeline/shapes.ts";
import { TimelineSource } from "../../dashboard/timeline/source.ts";
import { answer, at, invocation, second, told } from "./timeline-fixture.ts";

type Query = Readonly<Record<string, string | number | undefined>>;

/** A gateway that has done something at each of some seconds, and tells at most `page` of it. */
class Gateway {
  readonly asked: Query[] = [];
  bars: readonly ToldBar[] = [];
  page = 2000;
  fails = false;

  async get(_path: string, { query }: { readonly query: Query }): Promise<unknown> {
    this.asked.push(query);
    if (this.fails) throw new TypeError("no gateway answers");
    const [since, until = at(1e6)] = [String(query["since"]), query["until"] as string | undefined];
    const seen = this.bars.filter((one) => one.requestedAt < until && (one.endedAt ?? at(1e6)) >= since);
    return answer({ pump: seen.slice(-this.page) }, { now: at(100), truncated: seen.length > this.page });
  }
}

const settled = () => new Promise((go) => setImmediate(go));

let gateway: Gateway;
let source: TimelineSource;
beforeEach(() => {
  gateway = new Gateway();
  gateway.bars = Array.from({ length: 100 }, (_, n) =>
    told(`i${n}`, { requestedAt: at(n), startedAt: at(n), endedAt: at(n + 0.5) }),
  );
  source = new TimelineSource(gateway);
});

async function look(from: number, to: number, now = 100): Promise<void> {
  source.tick({ from: second(from), to: second(to) }, second(now));
  await settled();
  source.tick({ from: second(from), to: second(to) }, second(now));
}

describe("what is looked at", () => {
  it("is read once, and what is before it when somebody scrolls there", async () => {
    await look(50, 103);
    expect(gateway.asked).toEqual([{ since: at(50), until: undefined, limit: 2000 }]);
    await look(55, 108, 105);
    expect(gateway.asked.length).toBe(1);
    await look(20, 70, 106);
    expect(gateway.asked.slice(1)).toEqual([{ since: at(20), until: at(50), limit: 2000 }]);
    expect(source.model.size).toBe(80);
    expect(source.version.value).toBeGreaterThan(0);
  });

  it("is read in pages, and what is too much for one picture is said to be left out", async () => {
    gateway.page = 10;
    await look(0, 103);
    expect(gateway.asked.length).toBe(6);
    expect(source.cut.value).toBe(second(40));
    await look(0, 103);
    expect(gateway.asked.length).toBe(6);
  });

  it("is read anew after a gap", async () => {
    await look(50, 103);
    source.gap();
    await look(50, 103);
    expect(gateway.asked[1]).toEqual({ since: at(50), until: undefined, limit: 2000 });
  });

  it("is not taken for all there is when events were found missing while it was read", async () => {
    source.tick({ from: second(50), to: second(103) }, second(100));
    source.gap();
    await settled();
    expect(source.model.size).toBe(0);
    await look(50, 103);
    expect([gateway.asked.length, source.model.size]).toEqual([2, 50]);
  });

  it("is tried again after a while when it could not be read, and that is said", async () => {
    gateway.fails = true;
    await look(50, 103);
    expect(source.problem.value).toBe("no gateway answers");
    expect(gateway.asked.length).toBe(1);
    gateway.fails = false;
    await look(50, 103, 104);
    expect(source.problem.value).toBe("");
    expect(source.model.size).toBe(50);
  });
});

describe("what events tell", () => {
  it("is drawn four times a second at most, and read again after some seconds for what they do not tell", async () => {
    await look(50, 103);
    const version = source.version.value;
    for (let n = 0; n < 200; n++) source.heard(invocation(`e${n}`, 101, { status: "running" }));
    expect(source.version.value).toBe(version);
    await look(50, 104, 101);
    expect(source.version.value).toBe(version + 1);
    expect(gateway.asked.length).toBe(2);
    expect(gateway.asked[1]).toEqual({ since: at(101), until: undefined, limit: 2000 });
    source.heard(invocation("e1", 102, { status: "completed" }));
    await look(50, 105, 103);
    expect(gateway.asked.length).toBe(2);
    await look(50, 109, 107);
    expect(gateway.asked.length).toBe(3);
  });

  it("is left out where it is of another invocation than the one that is looked at", () => {
    const one = new TimelineSource(gateway, { id: "a", thing: "pump" });
    one.heard(invocation("b", 1, {}));
    one.heard(invocation("a", 1, {}));
    expect([...one.model.bars()].map(({ id }) => id)).toEqual(["a"]);
  });
});
