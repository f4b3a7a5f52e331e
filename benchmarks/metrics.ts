/**
 * What a scrape of `/metrics` costs with 50 Things that have worked: the whole bench is told, two thirds of it with a wire,
 * against a bare Fastify route whose answer is as long.
 */
import { judged, median, quantile, ratios, row, spread } from "./figures.ts";
import { Client, load, requestOf } from "./load.ts";
import { startPeer } from "./peer.ts";
import { type Served, served } from "./served.ts";

const rounds = 5;
const ms = 2000;
const maxCpuMs = 5;
const drivers = ["counter", "balance", "syringe-pump", "ph", "stage"];
const each = 10;

const name = (driver: string, n: number) => `${driver.replace("-", "_")}_${n}`;
const things = drivers
  .flatMap((driver) => Array.from({ length: each }, (_, n) => [driver, n] as const))
  .map(([driver, n]) => `  ${name(driver, n)}: { driver: ${driver}, serial: /dev/serial/by-id/${driver}-${n} }`)
  .map((line) => line.replace(/(driver: counter), serial: \S+/, "$1"))
  .map((line) => line.replace("driver: syringe-pump", "$&, config: { diameter: 26.59, syringeVolume: 60 }"))
  .join("\n");

/** Each Thing has done something, so that there is something to tell of it. */
async function work({ port, headers }: Served): Promise<void> {
  const client = await Client.open(port);
  const get = (path: string) => client.ask(requestOf({ method: "GET", path, headers }));
  for (const driver of drivers)
    for (let n = 0; n < each; n++) {
      const description = JSON.parse(await get(`/${name(driver, n)}/`)) as Described;
      for (const property of Object.keys(description.properties).slice(0, 3))
        await get(`/${name(driver, n)}/${property}`).catch(() => {}); // Some want more than that.
      for (const action of Object.keys(description.actions).slice(0, 5))
        await client.ask(requestOf({ path: `/${name(driver, n)}/${action}`, headers })).catch(() => {});
    }
  client.close();
}

interface Described {
  readonly properties: object;
  readonly actions: object;
}

export async function run(): Promise<void> {
  using gateway = await served({ things });
  await work(gateway);
  const { port, pid, headers } = gateway;
  const client = await Client.open(port);
  const text = await client.ask(requestOf({ method: "GET", path: "/metrics", headers }));
  client.close();
  using bare = await startPeer<number>("fastify", String(text.length));
  const ours = {
    port,
    pid,
    request: () => requestOf({ method: "GET", path: "/metrics", headers }),
    connections: 1,
    ms,
  };
  const theirs = {
    ...{ port: bare.told, pid: bare.process.pid ?? 0, connections: 1, ms },
    request: () => requestOf({ path: "/counter/noop" }),
  };
  for (const one of [ours, theirs]) await load(one);
  const mine: Awaited<ReturnType<typeof load>>[] = [];
  const other: typeof mine = [];
  for (let round = 0; round < rounds; round++) {
    mine.push(await load(ours));
    other.push(await load(theirs));
  }
  const lines = text.split("\n").length;
  const kilobytes = (text.length / 1000).toFixed(0);
  console.log(
    `${drivers.length * each} Things, ${lines} lines of ${kilobytes} kB; ${rounds} rounds of ${ms / 1000} s, medians`,
  );
  console.log(row("of a scrape", "benchd", "bare Fastify", "ratio", "min–max", "promised"));
  console.log(row("---", "---", "---", "---", "---", "---"));
  const tell = (what: string, of: (answers: (typeof mine)[number]) => number, promise = (_: number) => "") => {
    const [a, b] = [mine.map(of), other.map(of)];
    const shares = ratios(a, b);
    console.log(
      row(
        what,
        median(a).toFixed(2),
        median(b).toFixed(2),
        median(shares).toFixed(1),
        spread(shares),
        promise(median(a)),
      ),
    );
  };
  tell(
    "CPU, ms",
    ({ cpuEach }) => cpuEach / 1000,
    (cpu) => judged("CPU of a scrape, ms", cpu, { atMost: maxCpuMs }),
  );
  tell("p50, ms", ({ took }) => median(took));
  tell("p99, ms", ({ took }) => quantile(took, 0.99));
}
