import { Agent, request } from "node:http";

/** An answer; or `lost` when none came, as the process was killed. */
export type Reply = { readonly status: number; readonly body: unknown } | "lost";

export interface Request {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The connections to one run of benchd, which may be killed at any time. */
export class Client {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  /** Whether it still answers. */
  hears = true;
  /** How many answers have come. */
  answers = 0;

  constructor(url: string) {
    this.#url = url;
  }

  async ask(method: string, path: string, { body, headers }: Request = {}): Promise<Reply> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const type =
      text === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
    const reply = await new Promise<Reply>((resolve) => {
      const lost = () => resolve("lost");
      const asked = request(`${this.#url}${path}`, { method, agent: this.#agent, headers: { ...headers, ...type } });
      asked.on("error", lost);
      asked.on("response", (response) => {
        let said = "";
        response.setEncoding("utf8");
        response.on("data", (piece: string) => {
          said += piece;
        });
        response.on("error", lost);
        response.on("close", () => {
          if (!response.complete) return lost();
          resolve({ status: response.statusCode ?? 0, body: said === "" ? null : JSON.parse(said) });
        });
      });
      asked.end(text);
    });
    if (reply === "lost") this.hears = false;
    else this.answers++;
    return reply;
  }

  close(): void {
    this.#agent.destroy();
  }
}
