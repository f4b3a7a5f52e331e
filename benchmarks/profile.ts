/**
 * Where the time of an invocation goes: the sampled profile of the gateway, built file by file as the bundle tells of none, while 16 clients invoke `counter/noop`,
 * or one does, or 16 with a key for each request. Self time per invocation, by whose code it is, by the file of ours for
 * which it was done, and by function.
 */
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { row } from "./figures.ts";
import { load, requestOf, warmUp } from "./load.ts";
import { served, unbundled } from "./served.ts";

const ms = 5000;
const everyMicros = 200;
const most = { owners: 12, files: 20, functions: 30 };

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
    readonly children?: readonly number[];
  }[];
  /** µs, by the clock that all processes share. */
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** What each node counts for. */
type Keys = ReadonlyMap<number, string>;
type Place = Profile["nodes"][number]["callFrame"];

/** Without what leads to it on this machine. */
const shortened = (url: string) => url.replace(/^file:\/\//, "").replace(/^.*\/(node_modules|dist)\//, "");

function ownerOf({ url, functionName }: Place): string {
  if (url === "") return functionName.startsWith("(") ? functionName : "native";
  if (url.startsWith("node:")) return `node:${url.slice(5).split("/").slice(0, 2).join("/")}`;
  const [, inPackage] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return inPackage ?? shortened(url).split("/").slice(0, 2).join("/");
}

/** As a cell of a table may hold it: the name of a compiled pattern is that pattern. */
const nameOf = ({ functionName, url, lineNumber }: Place) =>
  `${functionName.replaceAll("|", "\\|") || "(anonymous)"}${url === "" ? "" : ` ${shortened(url)}:${lineNumber + 1}`}`;

const micros = () => Number(process.hrtime.bigint() / 1000n);

const isOurs = ({ url }: Place) => shortened(url).startsWith("src/");

/** By function; what is not ours with the functions of ours that it was called for. */
const keysByCaller = (profile: Profile) =>
  keysBy(profile, (place, callers) => [place, ...(isOurs(place) ? [] : callers.slice(0, 2))].map(nameOf).join(" ← "));

/** By the file of ours that it was done for. */
const keysByFile = (profile: Profile) =>
  keysBy(profile, (place, [caller]) => {
    const ours = isOurs(place) ? place : caller;
    return ours ? shortened(ours.url) : "";
  });

/** `callers`: those that are ours, the nearest first. */
function keysBy({ nodes }: Profile, key: (place: Place, callers: readonly Place[]) => string): Keys {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const keys = new Map<number, string>();
  const visit = (id: number, callers: readonly Place[]) => {
    const node = byId.get(id);
    if (!node) return;
    const { callFrame, children = [] } = node;
    keys.set(id, key(callFrame, callers));
    for (const child of children) visit(child, isOurs(callFrame) ? [callFrame, ...callers] : callers);
  };
  visit(nodes[0]?.id ?? 0, []);
  return keys;
}

const keysByOwner = (profile: Profile) => keysBy(profile, ownerOf);

/** Self time in µs. */
function selfTimes(profile: Profile, from: number, until: number, places: Keys) {
  const times = new Map<string, number>();
  let at = profile.startTime;
  for (const [n, delta] of profile.timeDeltas.entries()) {
    at += delta;
    const place = places.get(profile.samples[n] ?? 0) ?? "";
    if (at >= from && at < until) times.set(place, (times.get(place) ?? 0) + delta);
  }
  return [...times].sort(([, a], [, b]) => b - a);
}

async function profiled(connections: number, keyed: boolean): Promise<void> {
  const nodeOptions = ["--cpu-prof", "--cpu-prof-dir=profile", `--cpu-prof-interval=${everyMicros}`];
  using benchd = await served({ nodeOptions, main: unbundled });
  const { port, pid, headers, folder } = benchd;
  const [head = "", body = ""] = requestOf({ path: "/counter/noop", headers }).split("\r\n\r\n");
  const request = () => `${head}${keyed ? `\r\nidempotency-key: "${randomUUID()}"` : ""}\r\n\r\n${body}`;
  await warmUp({ port, pid, request });
  const from = micros();
  const { took, cpuEach, perSecond } = await load({ port, pid, connections, request, ms });
  const until = micros();
  await benchd.end();
  // CPU.{day}.{time}.{process}.{thread}.{number}.cpuprofile; those of others are of workers.
  const file = readdirSync(join(folder, "profile")).find((name) => name.split(".").at(-3) === "0");
  if (file === undefined) throw new Error("the gateway has left no profile");
  const profile = JSON.parse(readFileSync(join(folder, "profile", file), "utf8")) as Profile;
  const tell = (heading: string, places: Keys, count: number) => {
    const times = selfTimes(profile, from, until, places);
    const total = times.reduce((sum, [, time]) => sum + time, 0);
    console.log(`\n${row(heading, "µs each", "%")}\n${row("---", "---", "---")}`);
    for (const [name, time] of times.filter(([name]) => name !== "").slice(0, count))
      console.log(row(name, (time / took.length).toFixed(1), ((100 * time) / total).toFixed(1)));
  };
  const rate = `${perSecond.toFixed(0)} a second, ${cpuEach.toFixed(0)} µs of processor each in all threads`;
  const clients = connections === 1 ? "One client" : `${connections} clients`;
  console.log(`\n${clients}, ${keyed ? "each request with a key of its own" : "without keys"}: ${rate}`);
  tell("whose", keysByOwner(profile), most.owners);
  tell("file of ours, with all that it has called that is not", keysByFile(profile), most.files);
  tell("function ← for whom", keysByCaller(profile), most.functions);
}

export async function run(): Promise<void> {
  await profiled(16, false);
  await profiled(1, false);
  await profiled(16, true);
}
