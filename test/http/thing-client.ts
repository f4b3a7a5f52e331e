/** LabThings' client, step by step as its source has it; `pause` stands for its waits between polls. */
export class ThingClient {
  readonly description: Readonly<Record<string, unknown>>;
  readonly #url: string;
  readonly #pause: (seconds: number) => Promise<void>;

  private constructor(
    url: string,
    description: Readonly<Record<string, unknown>>,
    pause: (s: number) => Promise<void>,
  ) {
    this.#url = url;
    this.description = description;
    this.#pause = pause;
  }

  static async connect(url: string, pause: (seconds: number) => Promise<void>): Promise<ThingClient> {
    // A redirect is an error to it, and it gives up after five seconds.
    const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(5000) });
    const description = (await succeeded(answer)) as Readonly<Record<string, unknown>>;
    if (!description["properties"] || !description["actions"]) throw new TypeError("no Thing Description");
    return new ThingClient(url, description, pause);
  }

  async get(property: string): Promise<unknown> {
    return succeeded(await fetch(this.#url + property, { redirect: "error" }));
  }

  async set(property: string, value: unknown): Promise<void> {
    await succeeded(await this.#send("PUT", this.#url + property, value));
  }

  async invoke(action: string, input: object = {}): Promise<unknown> {
    return this.#poll((await succeeded(await this.#send("POST", this.#url + action, input))) as Told);
  }

  async #poll(started: Told): Promise<unknown> {
    let told = started;
    for (let first = true; ["idle", "pending", "running"].includes(told.status); first = false) {
      await this.#pause(first ? 0.05 : 0.5);
      const link = told.links.find(({ rel }) => rel === "self");
      told = (await succeeded(await fetch(link?.href ?? "", { redirect: "error" }))) as Told;
    }
    if (told.status === "completed") return isFile(told.output) ? new ClientBlob(told.output) : told.output;
    const line = told.log.at(-1)?.message;
    if (told.error?.type === cancelledUrl) throw new Cancelled(line);
    throw new Failed(`${line}: ${told.error?.detail}`);
  }

  #send(method: string, url: string, value: unknown): Promise<Response> {
    const headers = { "content-type": "application/json" };
    return fetch(url, { method, headers, redirect: "error", body: JSON.stringify(value) });
  }
}

interface File {
  readonly href: string;
  readonly media_type: string;
}

/** By these two keys it knows that there is a file to be fetched. */
const isFile = (output: unknown): output is File =>
  typeof output === "object" && output !== null && "href" in output && "media_type" in output;

/** LabThings' `ClientBlobOutput`. */
export class ClientBlob {
  readonly mediaType: string;
  readonly href: string;

  constructor({ media_type, href }: File) {
    this.mediaType = media_type;
    this.href = href;
  }

  async content(): Promise<Uint8Array> {
    return new Uint8Array(await (await fetch(this.href, { redirect: "error" })).arrayBuffer());
  }
}

export class Cancelled extends Error {}
export class Failed extends Error {}

interface Told {
  readonly status: string;
  readonly links: readonly { readonly rel: string; readonly href: string }[];
  readonly output: unknown;
  readonly log: readonly { readonly message: string }[];
  readonly error: { readonly type: string; readonly detail: string } | null;
}

const cancelledUrl =
  "https://labthings-fastapi.readthedocs.io/en/latest/autoapi/labthings_fastapi/exceptions/index.html#labthings_fastapi.exceptions.InvocationCancelledError";

async function succeeded(answer: Response): Promise<unknown> {
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Failed(`${answer.status}: ${JSON.stringify(body)}`);
  return body;
}
