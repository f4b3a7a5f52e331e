import { beforeEach, describe, expect, it } from "vitest";
import { followTraffic } from "../../dashboard/views/traffic/follow-traffic.ts";
import { asText, filtered, maxLines, pieces, TrafficLog } from "../../dashboard/views/traffic/traffic-log.ts";
import { linesOf } from "../../dashboard/views/traffic/transcript.ts";
import { Connection } from "../../src/client/connection.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";

const at = "2026-11-21T09:00:00.000Z";
const line = (seq: number, direction = "sent", text = `line ${seq}`) => ({
  seq,
  at,
  direction,
  text,
  invocation: null,
});
const page = (from: number, to: number, dropped = 0) => ({
  ...{ lines: Array.from({ length: to - from + 1 }, (_, i) => line(from + i)), next: to, dropped },
});

let log: TrafficLog;
beforeEach(() => {
  log = new TrafficLog();
});
const texts = () => log.lines.map(({ text }) => text);

describe("a log of traffic", () => {
  it("goes on where it was, and says what is missing", () => {
    log.add(page(5, 6, 4));
    log.add(page(10, 10, 3));
    expect(texts()).toEqual(["line 5", "line 6", "3 pieces are missing here", "line 10"]);
    expect(log.after).toBe(10);
  });

  it("says that benchd was started anew", () => {
    log.add(page(500, 500));
    log.add(page(1, 2));
    expect(texts().slice(1)).toEqual(["benchd was started anew", "line 1", "line 2"]);
  });

  it("keeps the latest, and cuts what is too long", () => {
    log.add(page(1, 900));
    log.add(page(901, 1800));
    expect([log.lines.length, log.lines[0]?.text, log.lines.at(-1)?.text]).toEqual([maxLines, "line 801", "line 1800"]);
    log.add({ lines: [line(1801, "received", "x".repeat(100_000))], next: 1801, dropped: 0 });
    expect(log.lines.at(-1)?.text).toMatch(/^x{2000}… \(100000 characters\)$/);
    expect(new Set(log.lines.map(({ n }) => n)).size).toBe(maxLines);
  });

  it("is searched, by direction too; what is missing is told all the same", () => {
    log.add({ lines: [line(1, "sent", "RUN\\r"), line(2, "received", "run")], next: 2, dropped: 0 });
    log.add({ lines: [line(9, "sent", "STP")], next: 9, dropped: 6 });
    const found = (sought: string, direction: "both" | "sent") =>
      filtered(log.lines, { sought, direction }).map(({ text }) => text);
    expect(found("run", "both")).toEqual(["RUN\\r", "run", "6 pieces are missing here"]);
    expect(found("", "sent")).toEqual(["RUN\\r", "6 pieces are missing here", "STP"]);
  });

  it("can be kept as a text, and shows what is no letter", () => {
    log.add({ lines: [line(1, "sent", "RUN\\r")], next: 1, dropped: 0 });
    expect(asText(log.lines, () => "now")).toBe("now\tsent\tRUN\\r\n");
    expect(pieces("\\x02A\\x1fB\\\\x02\\r")).toEqual(["\\x02", "A", "\\x1f", "B", "\\\\", "x02", "\\r"]);
  });
});

it("traffic is asked for again and again, also after a failure, until nobody looks", async () => {
  const clock = new DiscreteClock();
  const leaving = new AbortController();
  const [asked, said]: [string[], string[]] = [[], []];
  const answers = [
    Response.json(page(1, 2)),
    Response.json({ detail: "busy" }, { status: 503 }),
    Response.json(page(3, 3)),
  ];
  const fetch = async (url: unknown) => {
    asked.push(new URL(String(url)).search);
    const answer = answers.shift();
    if (!answer) leaving.abort();
    return answer ?? Response.json(page(4, 4));
  };
  const connection = new Connection({ url: "http://bench", fetch: fetch as typeof globalThis.fetch, clock });
  const onChange = (problem: string) => said.push(problem);
  await clock.until(followTraffic(connection, log, { thing: "pump", signal: leaving.signal, onChange }));
  expect(asked).toEqual([
    "?limit=1000",
    "?after=2&limit=1000&wait=20",
    "?after=2&limit=1000&wait=20",
    "?after=3&limit=1000&wait=20",
  ]);
  expect(said.slice(0, 3)).toEqual(["", "busy", ""]);
  expect(clock.now()).toBe(200 + 2000 + 200 + 200);
});

it("a transcript is told by what was sent and received, bounded", () => {
  const { lines, more } = linesOf([
    [12.5, ">", "\\x02"],
    ...Array.from({ length: 1200 }, () => [13, "<", "A"] as const),
  ]);
  expect([lines[0]?.direction, lines[1]?.direction, lines.length, more]).toEqual(["sent", "received", maxLines, 201]);
});
