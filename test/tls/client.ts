import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { type ConnectionOptions, connect } from "node:tls";

/** What a client of a gateway that speaks HTTPS does, who trusts this certificate and no other. */
export function tlsClient(url: URL, ca: string) {
  const connectTo = async (options: ConnectionOptions = {}) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), ca, ...options });
    await once(socket, "secureConnect");
    // Hung up on, as some are.
    socket.on("error", () => {});
    return socket;
  };
  return {
    connect: connectTo,
    /** Send these bytes on a connection of their own, and have what comes until it is closed. */
    async send(bytes: string): Promise<string> {
      const socket = await connectTo();
      socket.write(bytes);
      return text(socket);
    },
    async ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}) {
      const asked = request(new URL(path, url), { method, ca, headers, agent: false });
      asked.end();
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      const body = await text(response);
      return { status: response.statusCode, headers: response.headers, body, json: () => JSON.parse(body) };
    },
  };
}
