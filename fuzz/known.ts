import type { Answer } from "./answers.ts";
import { placeholders } from "./surface.ts";

type Named = keyof typeof placeholders;

/** What the gateway has told last, and requests ask for: ids are its own choice, and no seed's. */
export class Known {
  readonly #latest: Record<Named, string> = { ...placeholders };

  /** `text` with it where a seed has left its place; as long as before, so that lengths still hold. */
  filledIn(text: string): string {
    let filled = text;
    for (const [name, placeholder] of entries)
      if (filled.includes(placeholder)) filled = filled.replaceAll(placeholder, this.#latest[name]);
    return filled;
  }

  /** Look through an answer for what can be asked for. */
  learn({ status, headers, body }: Answer): void {
    if (status !== 201 && status !== 200) return;
    if (!headers.get("content-type")?.includes("json") || body.length > 20_000) return;
    const text = body.toString("latin1");
    this.#note("id", /"id":"([0-9a-f-]{36})"/.exec(text)?.[1]);
    this.#note("blob_id", /\/blob\/([0-9a-f-]{36})"/.exec(text)?.[1]);
    this.#note("lease", /"leaseNumber":(\d+)/.exec(text)?.[1]);
    this.#note("event", /after=([0-9a-f]{12}-\d)\b/.exec(headers.get("link") ?? "")?.[1]);
  }

  #note(name: Named, value: string | undefined): void {
    // A number of a lease stands in no body, whose length had to be told before.
    if (value !== undefined && (name === "lease" || value.length === placeholders[name].length))
      this.#latest[name] = value;
  }
}

const entries = Object.entries(placeholders) as readonly (readonly [Named, string])[];
