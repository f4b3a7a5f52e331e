import { readdirSync, readFileSync } from "node:fs";

/** A request and its response, as recorded from LabThings. */
export interface Exchange {
  readonly number: string;
  readonly name: string;
  readonly request: {
    readonly method: "GET" | "PUT" | "POST" | "DELETE";
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
const sentAsText = new Set(["17", "32", "41", "42"]);

export const exchanges: readonly Exchange[] = readdirSync(folder)
  .filter((file) => file.endsWith(".json"))
  .sort()
  .map((file) => {
    const { request, response } = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const [number = ""] = file.split("_");
    const { body, ...rest } = request;
    const payload = body === null ? undefined : sentAsText.has(number) ? body : JSON.stringify(body);
    const name = file.slice(number.length + 1, -".json".length);
    return {
      number,
      name,
      request: rest,
      payload,
      status: response.status,
      headers: response.headers,
      body: response.body,
    };
  });

/** Keys that benchd adds to what LabThings tells: in an invocation and in an entry of its log. */
export const additions: ReadonlySet<string> = new Set(listed("Additions"));
/** The exchanges that benchd answers differently. */
export const deviations: ReadonlySet<string> = new Set(listed("Deviations"));

/** The first column of a table in the compatibility page, without its code marks. */
function listed(heading: string): string[] {
  const page = readFileSync(new URL("../../docs/compatibility.md", import.meta.url), "utf8");
  const section = page.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  return rows
    .slice(2)
    .flatMap((row) => (row.split("|")[1] ?? "").split(",").map((cell) => cell.replaceAll("`", "").trim()));
}
