import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";

export interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An HTTP server of the loopback that takes messages; with `tls` by HTTPS. */
export async function openWebhook(tls?: { readonly key: string; readonly cert: string }) {
  const posted: Posted[] = [];
  const waiting: ((one: Posted) => void)[] = [];
  const state = { status: 204, headers: {} as Record<string, string> };
  const server = (tls ? createSecureServer(tls) : createServer()) as ReturnType<typeof createServer>;
  server.on("request", async (request, response) => {
    const one = { headers: request.headers, body: JSON.parse(await text(request)) };
    response.writeHead(state.status, state.headers).end("much more than anybody wants to read");
    posted.push(one);
    waiting.shift()?.(one);
  });
  const port = await listening(server);
  return {
    ...{ posted, state, port, url: `http${tls ? "s" : ""}://localhost:${port}/hook` },
    /** The next that comes. */
    next: () => new Promise<Posted>((resolve) => waiting.push(resolve)),
    async close() {
      server.closeAllConnections();
      await closed(server);
    },
  };
}

export interface Mailed {
  readonly from: string;
  readonly to: readonly string[];
  /** All of it, headers first. */
  readonly text: string;
  /** Who has said that he sends, with his password. */
  readonly login: string | undefined;
  readonly secure: boolean;
}

/** A mail server of the loopback. */
export async function openMailServer(options: SMTPServerOptions = {}) {
  const mails: Mailed[] = [];
  const waiting: ((one: Mailed) => void)[] = [];
  let login: string | undefined;
  const server = new SMTPServer({
    ...{ authOptional: true, logger: false, disableReverseLookup: true },
    onAuth({ username, password }, _, done) {
      login = `${username}:${password}`;
      done(null, { user: username });
    },
    onData(stream, { envelope, secure }, done) {
      void text(stream).then((content) => {
        const from = envelope.mailFrom === false ? "" : envelope.mailFrom.address;
        const one = { from, to: envelope.rcptTo.map(({ address }) => address), text: content, login, secure };
        mails.push(one);
        done();
        waiting.shift()?.(one);
      });
    },
    ...options,
  });
  // Clients that do not trust it hang up.
  server.on("error", () => {});
  server.listen(0, "localhost");
  await once(server.server, "listening");
  return {
    ...{ mails, port: (server.server.address() as AddressInfo).port },
    next: () => new Promise<Mailed>((resolve) => waiting.push(resolve)),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "localhost");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const closed = (server: Server) => new Promise<void>((resolve) => server.close(() => resolve()));
