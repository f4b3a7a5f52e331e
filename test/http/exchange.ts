import { readdirSync, readFileSync } from "node:fs";

/** A request and its response, as recorded from LabThings. */
export interface Exchange {
  /** As the compatibility page names it: `07`, or `flask/07`. */
  readonly number: string;
  readonly name: string;
  readonly request: {
    readonly method: "GET" | "PUT" | "POST" | "DELETE" | "HEAD" | "OPTIONS";
    readonly path: string;
    readonly headers: Record<string, string>;
  };
  /** The body as it was sent; undefined: none was. */
  readonly payload: string | undefined;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

const folder = new URL("../fixtures/labthings-wire/", import.meta.url);
/** Their string bodies are the text that was sent, not JSON strings. */
const sentAsText = new Set(["17", "32", "41", "42", "flask/14"]);

/** All of LabThings-FastAPI, in the order in which they were made: 100 and on with another server, which has a prefix. */
export const exchanges = recordedIn("");
/** All of python-labthings. */
export const flaskExchanges = recordedIn("flask/");

function recordedIn(sub: string): readonly Exchange[] {
  return readdirSync(new URL(sub, folder))
    .filter((file) => /^\d+_.*\.json$/.test(file))
    .map((file) => recorded(sub, file))
    .sort((a, b) =>
      a.number.length === b.number.length ? (a.number < b.number ? -1 : 1) : a.number.length - b.number.length,
    );
}

function recorded(sub: string, file: string): Exchange {
  const { request, response } = recording(`${sub}${file}`);
  const [digits = ""] = file.split("_");
  const number = `${sub}${digits}`;
  const { body, ...rest } = request;
  return {
    number,
    name: file.slice(digits.length + 1, -".json".length),
    request: rest,
    payload: body === null ? undefined : sentAsText.has(number) ? body : JSON.stringify(body),
    status: response.status,
    headers: response.headers,
    body: response.body,
  };
}

/** What a file of the recording holds. */
export function recording(file: string) {
  return JSON.parse(readFileSync(new URL(file, folder), "utf8"));
}
