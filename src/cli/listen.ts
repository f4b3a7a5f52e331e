import { once } from "node:events";
import { createServer } from "node:net";
import { BenchdError } from "../errors.ts";
import type { App } from "../http/view.ts";

interface Address {
  readonly host: string;
  readonly port: number;
}

/** The address cannot be listened on. */
export class ListenError extends BenchdError {
  readonly code = "BENCHD_LISTEN";
}

/** Throws unless the address is free: a second gateway must find that out before it talks to the devices of the first. */
export async function assertFree(address: Address): Promise<void> {
  const probe = createServer();
  try {
    probe.listen(address);
    await once(probe, "listening");
    await new Promise((closed) => probe.close(closed));
  } catch (cause) {
    throw listenError(address, cause);
  }
}

/** Serve the app there; resolves with its URL. */
export async function listen(app: App, address: Address): Promise<string> {
  try {
    // By that name Fastify would open a second server beside this one, which none of our bounds knows.
    const host = address.host === "localhost" ? "127.0.0.1" : address.host;
    return await app.listen({ ...address, host, listenTextResolver: (url) => `benchd listens on ${url}` });
  } catch (cause) {
    throw listenError(address, cause);
  }
}

/** What the system's refusal means, and what to do. */
export function listenError({ host, port }: Address, cause: unknown): ListenError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const why =
    code === "EADDRINUSE"
      ? `another program listens there already: end it, or choose another port with --port (\`ss -ltnp\` shows who)`
      : code === "EACCES"
        ? "ports below 1024 are for root: choose a higher one with --port"
        : code === "EADDRNOTAVAIL"
          ? "this machine has no such address: choose another with --host"
          : cause instanceof Error
            ? cause.message
            : String(cause);
  return new ListenError(`cannot listen on ${host} port ${port}: ${why}`, { cause });
}
