import { once } from "node:events";
import { type FileHandle, open } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { wires } from "./wire.ts";

/** What a simulator can be told from inside the VM: one JSON line each way, one request at a time. */
export type Verbs = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Outside: do what the VM asks for, until it is gone. */
export async function obey(verbs: Verbs): Promise<void> {
  const socket = connect(join(wires, "control"));
  await once(socket, "connect");
  for await (const line of createInterface(socket)) {
    console.log(line);
    const [verb, ...args] = JSON.parse(line) as [string, ...never[]];
    const answer = await (async () => ({ result: await verbs[verb]?.(...args) }))().catch((error: unknown) => ({
      error: String(error),
    }));
    socket.write(`${JSON.stringify(answer)}\n`);
  }
}

type Answers<V extends Verbs> = {
  readonly [K in keyof V]: (...args: Parameters<V[K]>) => Promise<Awaited<ReturnType<V[K]>>>;
};

/** Inside: the verbs of the simulator, as functions. */
export async function simulator<V extends Verbs>(): Promise<Answers<V>> {
  const line = await open("/dev/virtio-ports/control", "r+");
  let turn: Promise<unknown> = Promise.resolve();
  const request = (verb: string, args: readonly unknown[]) => {
    const answer = turn.then(() => ask(line, [verb, ...args]));
    turn = answer.catch(() => {});
    return answer;
  };
  return new Proxy({} as Answers<V>, {
    // It is awaited, and must not be taken for a promise.
    get: (_, verb) => (verb === "then" ? undefined : (...args: readonly unknown[]) => request(String(verb), args)),
  });
}

async function ask(line: FileHandle, request: readonly unknown[]): Promise<unknown> {
  await line.write(`${JSON.stringify(request)}\n`);
  let text = "";
  while (!text.endsWith("\n")) {
    const { bytesRead, buffer } = await line.read(Buffer.alloc(4096), 0, 4096, null);
    if (bytesRead === 0) throw new Error("the simulator has gone: see its simulator.log");
    text += buffer.toString("utf8", 0, bytesRead);
  }
  const { error, result } = JSON.parse(text) as { error?: string; result?: unknown };
  if (error !== undefined) throw new Error(`the simulator: ${error}`);
  return result;
}
