import { get } from "node:http";
import type { Listening, Message } from "./wire.ts";

/** Read a stream of server-sent events, over a socket, by the rules of the specification of EventSource. */
export function readEvents(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Listening> {
  const messages: Message[] = [];
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const look of [...waiting]) look();
  };
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { accept: "text/event-stream", ...headers }, agent: false }, (response) => {
      let text = "";
      let ended = false;
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        const blocks = (text + chunk).replaceAll("\r\n", "\n").split("\n\n");
        text = blocks.pop() ?? "";
        messages.push(...blocks.flatMap(messageIn));
        tell();
      });
      // Ended by whoever reads, too.
      response.on("error", () => {});
      response.on("close", () => {
        ended = true;
        tell();
      });
      resolve({
        status: response.statusCode ?? 0,
        headers: flat(response.headers),
        heard: (matches, patienceMs) =>
          new Promise((arrived) => {
            const over = (message: Message | undefined) => {
              clearTimeout(timer);
              waiting.delete(look);
              arrived(message);
            };
            const look = () => {
              const message = messages.find(matches);
              if (message || ended) over(message);
            };
            const timer = setTimeout(over, patienceMs, undefined);
            waiting.add(look);
            look();
          }),
        isOver: () => ended,
        close: () => request.destroy(),
      });
    });
    request.on("error", reject);
  });
}

/** Comments alone, as they keep a connection alive, are no message. */
function messageIn(block: string): readonly Message[] {
  const fields = new Map<string, string>();
  for (const line of block.split("\n")) {
    const [, name = "", value = ""] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
    if (name === "") continue;
    const before = fields.get(name);
    fields.set(name, name === "data" && before !== undefined ? `${before}\n${value}` : value);
  }
  if (!fields.has("data")) return [];
  return [{ event: fields.get("event"), data: fields.get("data"), id: fields.get("id") }];
}

export const flat = (headers: Readonly<Record<string, string | string[] | number | undefined>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
