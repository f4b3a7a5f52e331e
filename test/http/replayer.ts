import type { InvocationRecord } from "../../src/invocation/record.ts";
import { isTerminal } from "../../src/invocation/state.ts";
import type { CounterBench } from "./counter-bench.ts";
import { differences } from "./differences.ts";
import type { Exchange } from "./exchange.ts";
import { additions } from "./listed.ts";

/** Plays recorded exchanges to a bench, one after the other, and says where it answers differently. */
export class Replayer {
  readonly #bench: CounterBench;
  /** Recorded ids of invocations and blobs, and ours. */
  readonly #ids = new Map<string, string>();

  constructor(bench: CounterBench) {
    this.#bench = bench;
  }

  /** The differences; none: it is answered as recorded. */
  async replay(exchange: Exchange): Promise<string[]> {
    await this.#bringAbout(exchange);
    return this.compare(exchange, await this.send(exchange));
  }

  /** Ask what was asked, with our ids. */
  send({ request: { method, path, headers }, payload }: Exchange) {
    const ours = (text: string) => text.replaceAll(/[0-9a-f-]{36}/g, (id) => this.#ids.get(id) ?? id);
    const body = payload !== undefined && { payload: ours(payload) };
    return this.#bench.app.inject({ method, url: ours(path), headers, ...body });
  }

  compare(exchange: Exchange, answer: Awaited<ReturnType<Replayer["send"]>>): string[] {
    const { request, status, body } = exchange;
    const isJson = String(answer.headers["content-type"]).startsWith("application/json");
    const ours: unknown = isJson && answer.body !== "" ? answer.json() : answer.body;
    this.know(body, ours);
    const anyMoment = request.method === "POST";
    return [
      ...(answer.statusCode === status ? [] : [`status ${answer.statusCode}, was ${status}`]),
      ...headerDifferences(answer.headers, exchange),
      ...differences(ours, body, { additions, anyMoment }),
      ...(typeof body === "string" && !isJson && ours !== body ? ["the text differs"] : []),
      ...(!anyMoment && isInvocation(body) && isInvocation(ours) && ours.status !== body.status
        ? [`it is ${ours.status}, was ${body.status}`]
        : []),
    ];
  }

  /** From now on the recorded invocation is ours, and so is its blob. */
  know(recorded: unknown, ours: unknown): void {
    if (!isInvocation(recorded) || !isInvocation(ours)) return;
    this.#ids.set(recorded.id, ours.id);
    if (isBlob(recorded.output) && isBlob(ours.output)) this.#ids.set(idIn(recorded.output), idIn(ours.output));
  }

  /** Let the bench's time pass until the moment that was recorded. */
  async #bringAbout({ number, request, body }: Exchange): Promise<void> {
    const { clock, processClock, gateway } = this.#bench;
    if (number === "97") await processClock.advance(600);
    if (request.method !== "GET" || !isInvocation(body)) return;
    const invocation = await gateway.invocations.find(this.#ids.get(body.id) ?? "");
    if (!invocation) return;
    if (body.status === "running") await clock.advance(300);
    else await this.#untilEnded(invocation);
  }

  async #untilEnded(invocation: InvocationRecord): Promise<void> {
    for (let i = 0; i < 1000 && !isTerminal(invocation.status); i++) await this.#bench.clock.advance(100);
  }
}

interface Told {
  readonly id: string;
  readonly status: string;
  readonly output?: unknown;
}

interface ToldBlob {
  readonly href: string;
}

function isInvocation(body: unknown): body is Told {
  return typeof body === "object" && body !== null && "id" in body && "status" in body;
}

function isBlob(output: unknown): output is ToldBlob {
  return typeof output === "object" && output !== null && "href" in output && "media_type" in output;
}

const idIn = ({ href }: ToldBlob) => /[0-9a-f-]{36}$/.exec(href)?.[0] ?? "";

function headerDifferences(ours: Readonly<Record<string, unknown>>, { headers, request }: Exchange): string[] {
  const found: string[] = [];
  if (headers["content-type"] && ours["content-type"] !== headers["content-type"]) found.push("content type differs");
  const pathOf = (url: unknown) => (typeof url === "string" ? new URL(url).pathname : undefined);
  if (headers["location"] && pathOf(ours["location"]) !== pathOf(headers["location"])) found.push("location differs");
  // LabThings names one method only, we all there are.
  if (headers["allow"] && !String(ours["allow"]).split(", ").includes(headers["allow"])) found.push("allow differs");
  // Whether a page of another site may read it is part of the answer to that.
  const allowed = "access-control-allow-origin";
  if (request.headers["Origin"] !== undefined && ours[allowed] !== headers[allowed])
    found.push("who may read it differs");
  return found;
}
