import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CounterBench, openCounterBench } from "./counter-bench.ts";
import { deviations } from "./listed.ts";
import { type Step, steps } from "./recorded-session.ts";
import { SocketClient } from "./socket-client.ts";

/** The session of the recording over a real socket, with our `counter`. */
describe("what LabThings was recorded to do on a WebSocket", () => {
  let bench: CounterBench;
  let origin: string;
  let client: SocketClient;
  /** The invocation that was begun last: the only one that the session cancels. */
  let latest = "";

  beforeAll(async () => {
    bench = await openCounterBench();
    origin = (await bench.app.listen({ host: "127.0.0.1", port: 0 })).replace("http:", "ws:");
  });
  afterAll(async () => {
    client.socket.destroy();
    await bench.close();
  });

  it("was recorded in 25 steps", () => {
    expect(steps).toHaveLength(25);
  });

  it.each(steps)("$id: $name", async (step) => {
    const found = await replay(step);
    if (deviations.has(step.id)) expect(found, "listed as a deviation, but there is none").not.toEqual([]);
    else expect(found).toEqual([]);
  });

  async function replay(step: Step): Promise<string[]> {
    // There it was observed still: nothing took notice of the wish that it be no longer.
    if (step.burst) client.send({ messageType: "addPropertyObservation", data: { counter: true } });
    const failed = await act(step);
    if (step.act.dir === "error") return failed;
    if (step.burst) await bench.clock.advance(0);
    const came = await messages(step.came.length);
    const told = came.filter((message) => message.includes('"propertyStatus"')).length;
    if (step.burst !== undefined) return told === step.burst ? failed : [...failed, `${told} told, were ${step.burst}`];
    const same = JSON.stringify(came.map((text) => JSON.parse(text))) === JSON.stringify(step.came);
    return [
      ...failed,
      ...(step.closed && !client.socket.destroyed ? ["it is not closed"] : []),
      ...(same ? [] : [`there came ${came}, was ${JSON.stringify(step.came)}`]),
    ];
  }

  async function act({ act: { dir, data } }: Step): Promise<string[]> {
    if (dir === "open") client = await SocketClient.open(`${origin}/counter/ws`);
    else if (dir === "send") client.send(data);
    else if (dir === "http") {
      const { method, body, status } = data;
      const url = data.path.replace(/[0-9a-f-]{36}/, latest);
      const answer = await bench.app.inject({
        method,
        url,
        ...(body !== null && { headers, payload: JSON.stringify(body) }),
      });
      if (method === "POST") latest = answer.json().id;
      return answer.statusCode === status ? [] : [`status ${answer.statusCode}, was ${status}`];
    } else return refusedBy(await SocketClient.open(`${origin}/nosuch/ws`).catch(String), data);
    return [];
  }

  /** What comes, until it is as much as wanted or nothing has come for long; a little more would be seen, too. */
  async function messages(wanted: number): Promise<string[]> {
    await client.caughtUp();
    const end = bench.clock.now() + 5000;
    while (client.received.length < wanted && (bench.clock.nextDue() ?? end) < end) {
      await bench.clock.step();
      await client.caughtUp();
    }
    return client.received.splice(0);
  }
});

const headers = { "content-type": "application/json" };

function refusedBy(answer: unknown, recorded: string): string[] {
  const [ours, was] = [/HTTP\/1.1 (\d+)/.exec(String(answer))?.[1], /HTTP (\d+)/.exec(recorded)?.[1]];
  return ours === was ? [] : [`it is refused by ${ours}, was by ${was}`];
}
