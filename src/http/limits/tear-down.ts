import type { IncomingMessage, ServerResponse } from "node:http";

/** End a request together with its connection. One that is asked inside of this process has none, and ends alone. */
export function tearDown({ socket }: IncomingMessage, response: ServerResponse): void {
  if ("destroy" in socket) socket.destroy();
  else response.destroy();
}
