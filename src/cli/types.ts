import { readFile, writeFile } from "node:fs/promises";
import { NotReadyError } from "../errors.ts";
import { askGateway, refusal } from "./ask-gateway.ts";
import { askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "./asked-gateway.ts";
import type { Command } from "./shell.ts";
import { declarations } from "./types/declarations.ts";
import { isObject } from "./types/schema-type.ts";
import { readArguments, UsageError } from "./usage.ts";

const patienceMs = 10_000;

export const types: Command = {
  usage: "benchd types [URL] [--out FILE] [--check] [--ca FILE] [--token-file FILE]",
  summary: "Write what the Things of a running gateway offer as types of TypeScript, for benchd/client.",
  help: [
    `URL             the gateway, with its prefix where it has one; ${unlessTold}`,
    "--out FILE      into this file, such as src/bench.ts; printed unless told",
    "--check         write nothing: 1 when the file is not as it would be written",
    ...gatewayHelp(14),
  ],

  async run(args, shell) {
    const options = { ...gatewayOptions, out: { type: "string" }, check: { type: "boolean" } } as const;
    const [first] = args;
    const [given, rest] = first === undefined || first.startsWith("-") ? [undefined, args] : [first, args.slice(1)];
    const { values } = readArguments(rest, options);
    if (values.check && values.out === undefined) throw new UsageError("--check needs a file: --out FILE");
    const gateway = await askedGateway({ ...values, ...(given !== undefined && { url: given }) }, shell);
    const { pathname } = new URL(gateway.url);
    const path = `${pathname.replace(/\/+$/, "")}/thing_descriptions/`;
    const answer = await askGateway(gateway, { method: "GET", path, patienceMs });
    if (answer.status === 404)
      throw new NotReadyError(
        `there are no Things at ${gateway.url}: if the gateway has a prefix, it belongs to the URL`,
      );
    if (answer.status !== 200 || !isObject(answer.body)) throw refusal(answer, gateway);
    const text = declarations(answer.body, gateway.url);
    if (values.out === undefined) {
      shell.print(text.trimEnd());
      return 0;
    }
    if (!values.check) await write(values.out, text);
    else if ((await readFile(values.out, "utf8").catch(() => undefined)) !== text) {
      shell.tell(`benchd: ${values.out} is not what the gateway at ${gateway.url} offers: write it anew`);
      return 1;
    }
    return 0;
  },
};

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : cause;
    throw new UsageError(`--out ${file}: it cannot be written (${code})`, { cause });
  }
}
