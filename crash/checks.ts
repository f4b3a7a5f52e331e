import type { Dice } from "../soak/dice.ts";
import type { Tally } from "../soak/tally.ts";
import { type Acknowledged, type Book, type Dose, isOver, type Told } from "./book.ts";
import type { Client } from "./client.ts";
import type { Devices } from "./devices.ts";

/** The pump counts in steps of this; mL. */
const resolution = 0.0015;

export interface CheckOptions {
  readonly devices: Devices;
  readonly book: Book;
  readonly tally: Tally;
  readonly dice: Dice;
}

/** Everything that was answered before the kill, held against what the new process tells. Returns what is wrong. */
export async function afterRestart(client: Client, options: CheckOptions): Promise<readonly string[]> {
  const { book, dice } = options;
  const wrong: string[] = [];
  for (const entry of book.open) wrong.push(...(await hasEnded(client, entry, options)));
  const closed = [...book.acknowledged.values()].slice(-500).filter(({ end }) => end !== undefined);
  for (let n = 0; n < Math.min(5, closed.length); n++) wrong.push(...(await isUnchanged(client, dice.one(closed))));
  wrong.push(...(await settingIsKept(client, book)), ...(await numbersGoOn(client, book)));
  return wrong;
}

async function told(client: Client, { id }: Acknowledged): Promise<Told | undefined> {
  const reply = await client.ask("GET", `/action_invocations/${id}`);
  if (reply === "lost") throw new Error("benchd does not answer any more, although nobody has killed it");
  return reply.status === 200 ? (reply.body as Told) : undefined;
}

async function hasEnded(client: Client, entry: Acknowledged, { devices, book, tally }: CheckOptions) {
  const now = await told(client, entry);
  const name = `${entry.what} (${entry.id}${entry.key === undefined ? "" : `, ${entry.key}`})`;
  if (!now) {
    book.close(entry, {
      ...entry,
      status: "lost",
      reason: null,
      outcome: null,
      error: null,
      output: null,
      delivery: [],
    });
    return [`${name} was answered with 201 and is not there after the kill`];
  }
  const wrong: string[] = [];
  if (!isOver(now)) wrong.push(`${name} is ${now.status} although its process was killed`);
  if (now.seq !== entry.seq) wrong.push(`${name} was number ${entry.seq} and is ${now.seq}`);
  if (entry.end) wrong.push(...differences(name, entry.end, now));
  if (entry.dose) wrong.push(...doseIsTrue(name, entry.dose, now, devices));
  tally.count("endings", endingOf(now));
  book.close(entry, now);
  return wrong;
}

async function isUnchanged(client: Client, entry: Acknowledged): Promise<readonly string[]> {
  const reply = await client.ask("GET", `/action_invocations/${entry.id}`);
  // After its retention time it is in the history alone, which is looked at in the end.
  if (reply === "lost" || reply.status === 404 || !entry.end) return [];
  return differences(entry.what, entry.end, reply.body as Told);
}

const differences = (name: string, before: Told, now: Told): readonly string[] =>
  (["status", "seq", "reason", "output"] as const)
    .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(now[key]))
    .map(
      (key) => `${name} had ended with ${key} ${JSON.stringify(before[key])}, now it is ${JSON.stringify(now[key])}`,
    );

/** What is told of a dose, held against what the pump has done. */
function doseIsTrue(name: string, { pump, volume, since }: Dose, now: Told, devices: Devices): readonly string[] {
  const { runs, moved } = devices.strokes[pump].of(volume, since);
  const wrong: string[] = [];
  const say = (what: string) => wrong.push(`${name} is ${endingOf(now)}: ${what}`);
  if (runs > 1) say(`the pump has run ${runs} times`);
  if (now.status === "completed" && (runs !== 1 || Math.abs(moved - volume) > resolution))
    say(`the pump has run ${runs} times and moved ${moved} mL of ${volume}`);
  if (now.status === "cancelled" && now.reason === "restart" && runs > 0) say("it is told as never begun, but was");
  if (now.status === "error" && now.outcome !== "unknown" && runs > 0 && !settled(now)) say("nobody can know that");
  const confirmed = now.delivery[0]?.confirmed ?? 0;
  if (confirmed > moved + resolution) say(`${confirmed} mL are confirmed, but only ${moved} were moved`);
  return wrong;
}

/** The pump's own counter has told what came of it. */
const settled = ({ delivery }: Told): boolean =>
  delivery.length > 0 && delivery.every(({ uncertain }) => uncertain === 0);

function endingOf({ status, reason, outcome }: Told): string {
  const why = [reason, outcome].filter((one) => one !== null);
  return why.length > 0 ? `${status} (${why.join(", ")})` : status;
}

async function settingIsKept(client: Client, book: Book): Promise<readonly string[]> {
  const reply = await client.ask("GET", "/counter/gain");
  const { kept, possible } = book.setting;
  const value = reply === "lost" ? undefined : (reply.body as number);
  if (value === undefined || ![kept, ...possible].includes(value))
    return [
      `the setting is ${value}: it was answered as ${kept}, and ${possible.join(", ") || "nothing"} came after that`,
    ];
  book.setting = { kept: value, possible: [] };
  return [];
}

async function numbersGoOn(client: Client, book: Book): Promise<readonly string[]> {
  const before = Math.max(0, book.maxSeq, ...[...book.acknowledged.values()].slice(-500).map(({ seq }) => seq));
  const reply = await client.ask("POST", "/counter/noop");
  if (reply === "lost" || reply.status !== 201)
    return reply !== "lost" && reply.status === 409 ? [] : ["noop is refused"];
  const { seq } = reply.body as Told;
  book.maxSeq = seq;
  return seq > before ? [] : [`number ${seq} is given out after ${before}`];
}
