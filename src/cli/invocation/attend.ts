import { type Clock, realClock } from "../../clock.ts";
import { BenchdError } from "../../errors.ts";
import { NobodyKnowsError } from "../gateway-errors.ts";
import type { Shell } from "../shell.ts";
import { status, statusOf } from "../status.ts";
import type { StopRequests } from "../stop.ts";
import { styleOf } from "../terminal/style.ts";
import { UsageError } from "../usage.ts";
import type { Schema } from "../value/schema.ts";
import { visible } from "../visible.ts";
import { endStatus, endWords, outputLines } from "./end-words.ts";
import { cancelled, follow } from "./follow.ts";
import type { InvocationClient } from "./invocation-client.ts";
import { JsonTeller } from "./json-teller.ts";
import { Teller } from "./teller.ts";
import type { WholeInvocation } from "./told-invocation.ts";

export interface Attended {
  readonly id: string;
  /** `pump.dispense` */
  readonly name: string;
  readonly client: InvocationClient;
  readonly shell: Shell;
  readonly stop: StopRequests;
  readonly json: boolean;
  /** Cancelled after so long; real milliseconds. */
  readonly timeoutMs?: number | undefined;
  readonly output?: Schema | undefined;
  readonly clock?: Clock;
}

/**
 * Stay with an invocation until it has ended, and tell how it goes on; resolves with the exit status. A first signal cancels
 * it, and its end is waited for; a second one leaves it running.
 */
export async function attend(attended: Attended): Promise<number> {
  const { id, name, client, shell, stop, json, timeoutMs, clock = realClock } = attended;
  const { where } = client.bench;
  const teller = json
    ? new JsonTeller(shell)
    : new Teller({ name, shell, where, clock, prompts: (of) => client.prompts(of) });
  let over = false;
  let timedOut = false;
  const cancel = (why: string) => {
    if (over) return;
    teller.cancelling(why);
    cancelled({ id, client, onlooker: teller, clock }, () => over).catch((error: unknown) => {
      if (over) return;
      const said = visible(`benchd: it could not be cancelled: ${messageOf(error)}`);
      if (teller instanceof Teller) teller.notCancelled(said);
      else shell.tell(said);
    });
  };
  void stop.first.then(() => cancel("Cancelling: waiting until it is safe. Ctrl-C again leaves it running."));
  const timer = timeoutMs === undefined ? undefined : clock.after(timeoutMs, () => timeout());
  const timeout = () => {
    timedOut = true;
    cancel("It takes longer than --timeout says. Cancelling: waiting until it is safe.");
  };
  try {
    const left = stop.second.then(() => undefined);
    const end = await Promise.race([follow({ id, client, onlooker: teller, clock }), left]);
    over = true;
    if (teller instanceof Teller) teller.close();
    return end ? told(end, timedOut, attended, teller) : leftRunning(attended, teller);
  } catch (error) {
    over = true;
    if (teller instanceof Teller) teller.close();
    else teller.end(statusOf(error), { id });
    if (error instanceof NobodyKnowsError && !(error.cause instanceof UsageError)) shell.tell(lookAgain(id, where));
    throw error;
  } finally {
    timer?.cancel();
  }
}

function told(end: WholeInvocation, timedOut: boolean, { name, shell, output }: Attended, teller: Teller | JsonTeller) {
  const exit = endStatus(end, timedOut);
  if (teller instanceof JsonTeller) {
    const { log: _, ...rest } = end;
    teller.end(exit, { ...rest, log: [] });
    return exit;
  }
  const { red, yellow, green } = styleOf(shell.stderr, shell.environment);
  const paint = exit === status.ok ? green : exit === status.cancelled || exit === status.timeout ? yellow : red;
  const [first = "", ...more] = endWords(name, end);
  shell.tell(paint(first));
  for (const line of more) shell.tell(line);
  for (const line of outputLines(end.output, output)) shell.print(line);
  return exit;
}

function leftRunning({ id, name, shell, client: { bench } }: Attended, teller: Teller | JsonTeller): number {
  if (teller instanceof JsonTeller) teller.end(status.leftRunning, { id });
  shell.tell(`${name} is left running, as ${id}. To look at it, or to cancel it:`);
  shell.tell(`  benchd invocations ${id}${bench.where}\n  benchd cancel ${id}${bench.where}`);
  return status.leftRunning;
}

const lookAgain = (id: string, where: string) =>
  `When the gateway answers again, this tells how it went:\n  benchd invocations ${id}${where}`;

const messageOf = (error: unknown) => (error instanceof BenchdError ? error.message : String(error));
