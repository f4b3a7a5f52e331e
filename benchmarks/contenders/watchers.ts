/**
 * Clients that are told what happens as it happens: as many as may watch a camera do, and throw away what they see; the
 * others wait for the end of what the stopper does, each time anew. Tells how many there are when all of them are there.
 */
import { Agent, get, type IncomingMessage } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const [port = "", count = "1"] = process.argv.slice(2);
/** More than these are refused. */
const viewers = 20;
const agent = new Agent({ keepAlive: true, maxSockets: Number(count) });

const ask = (path: string) =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get({ host: "127.0.0.1", port, path, agent }, resolve).on("error", reject);
  });

async function textOf(path: string): Promise<string> {
  let text = "";
  for await (const part of (await ask(path)).setEncoding("utf8")) text += part;
  return text;
}

/** Until the camera is gone. Resolves with its first bytes. */
async function view(): Promise<void> {
  const reply = await ask("/camera/mjpeg_stream");
  if (reply.statusCode !== 200) throw new Error(`the camera is answered with ${reply.statusCode}`);
  await new Promise((resolve) => reply.once("data", resolve));
  reply.resume();
}

let running = "";
/** What runs now, looked for by one for all. */
async function look(): Promise<void> {
  for (;;) {
    const all: { id: string }[] = JSON.parse(await textOf("/action_invocations?thing=stopper&status=running"));
    running = all[0]?.id ?? "";
    await sleep(50);
  }
}

async function wait(): Promise<void> {
  for (let over = ""; ; ) {
    while (running === over || running === "") await sleep(5);
    over = running;
    await textOf(`/action_invocations/${over}?wait=60`);
  }
}

/** In a flood his connection may be taken away: then he begins anew, as every client does. */
async function again(work: () => Promise<void>): Promise<void> {
  for (;;) await work().catch(() => sleep(50));
}

await Promise.all(Array.from({ length: viewers }, view));
void again(look);
for (let n = viewers; n < Number(count); n++) void again(wait);
process.send?.(Number(count));
process.on("disconnect", () => process.exit(0));
