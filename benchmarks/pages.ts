/**
 * A page of 100 invocations out of 100 000, against the same out of 100: the newest, one from the middle, the oldest, and
 * those of one Thing or status, which 100 of them have.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judged, median, micros, ratios, row, spread } from "./figures.ts";
import { counters } from "./insight.ts";
import { Client, requestOf } from "./load.ts";
import { rareThing, writePast } from "./past.ts";
import { type Served, served } from "./served.ts";

const many = 100_000;
const page = 100;
const rounds = 7;
const asked = 12;
const atMost = 3;
const views = ["/action_invocations", "/gateway/history"];

/** By what it is called: its query of many, and of few, where all are on one page. */
const pages: Readonly<Record<string, readonly [string, string]>> = {
  newest: ["", ""],
  middle: [`&cursor=${many / 2}`, ""],
  oldest: [`&cursor=${page + 1}`, ""],
  "of a Thing": [`&thing=${rareThing}`, `&thing=${rareThing}`],
  "of a status": ["&status=cancelled", "&status=cancelled"],
};

async function remembering(count: number, folder: string): Promise<Served> {
  await writePast(folder, { count, rare: page });
  const bench = `history: { count: ${2 * many}, megabytes: 2000 }\nthings:\n${counters(2)}\n`;
  return served({ bench, folder });
}

/** How long each takes; ms. Throws unless each is a full page. */
async function took(client: Client, request: string): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < asked; n++) {
    const from = performance.now();
    const body = await client.ask(request);
    times.push(performance.now() - from);
    const { length } = JSON.parse(body) as { readonly length: number };
    if (length !== page) throw new Error(`a page of ${length}`);
  }
  return median(times);
}

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "benchd-pages-"));
  using large = await remembering(many, join(folder, "many"));
  using small = await remembering(page, join(folder, "few"));
  const [ofMany, ofFew] = [await Client.open(large.port), await Client.open(small.port)];
  console.log(`${rounds} rounds of ${asked} requests to each, medians`);
  console.log(row("a page of 100", "of 100 000, µs", "of 100, µs", "ratio", "min–max", "promised"));
  console.log(row("---", "---", "---", "---", "---", "---"));
  for (const view of views)
    for (const [what, [query, plain]] of Object.entries(pages)) {
      const requests = [
        { client: ofMany, request: ask(view, query, large), times: [] as number[] },
        { client: ofFew, request: ask(view, plain, small), times: [] as number[] },
      ];
      for (let round = 0; round < rounds; round++)
        for (const { client, request, times } of requests) times.push(await took(client, request));
      const [ours = [], theirs = []] = requests.map(({ times }) => times);
      const shares = ratios(ours, theirs);
      const verdict = judged(`${view}, ${what}`, median(shares), { atMost });
      const times = [ours, theirs].map((values) => micros(median(values)));
      console.log(row(`\`${view}\`, ${what}`, ...times, median(shares).toFixed(2), spread(shares), verdict));
    }
  ofMany.close();
  ofFew.close();
  rmSync(folder, { recursive: true, force: true });
}

const ask = (view: string, query: string, { headers }: Served) =>
  requestOf({ method: "GET", path: `${view}?limit=${page}${query}`, headers });
