import { basename } from "node:path";
import { procedureError } from "../experiment/procedure/mistakes.ts";
import type { Mistake } from "../experiment-errors.ts";
import { type Answer, askGateway, refusal } from "./ask-gateway.ts";
import { type AskedGateway, askedGateway, gatewayHelp, gatewayOptions, unlessTold } from "./asked-gateway.ts";
import { aboutChecked, checkDocument } from "./procedure/check.ts";
import { documentIn } from "./procedure/document.ts";
import { parametersIn } from "./procedure/parameters.ts";
import type { Command, Shell } from "./shell.ts";
import { jsonLine } from "./terminal/json-line.ts";
import { readArguments, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

const patienceMs = 60_000;

interface Stored {
  readonly name: string;
  readonly version: number;
  readonly title: string;
  readonly document: string;
  readonly mistakes: readonly Mistake[];
}

type Work = (args: readonly string[], shell: Shell) => Promise<number>;

const tasks: Readonly<Record<string, Work>> = { check, store, list, show };

export const procedure: Command = {
  usage:
    "benchd procedure check FILE [--config FILE] [--set NAME=VALUE] | store FILE [--name NAME] | list [--json] | show NAME",
  summary: "Tell every mistake in a procedure, with its line and step; or store, list and show those of a gateway.",
  help: [
    "check FILE       hold it against a configuration; no gateway is asked, no device opened. Exits with 1 if it is wrong",
    "--config FILE    the configuration; benchd.yaml unless told",
    "--set NAME=VALUE a parameter, instead of its default; may be repeated",
    "store FILE       keep it in the library of a gateway, as a new version unless it is the newest one",
    "--name NAME      how it is called there; as the file unless told",
    "list             what is stored, each in its newest version",
    "show NAME        the text of one, as it was stored; NAME@2 for a version",
    "--json           the list as the gateway tells it",
    `--url URL        the gateway; ${unlessTold}`,
    ...gatewayHelp(15),
  ],

  run(args, shell) {
    const [what = "", ...rest] = args;
    const work = Object.hasOwn(tasks, what) ? tasks[what] : undefined;
    if (work) return work(rest, shell);
    throw new UsageError(`say what to do: ${Object.keys(tasks).join(", ")}${what && `, not "${what}"`}`);
  },
};

async function check(args: readonly string[], shell: Shell): Promise<number> {
  const options = {
    config: { type: "string", default: "benchd.yaml" },
    set: { type: "string", multiple: true },
  } as const;
  const { values, positionals } = readArguments(args, options, ["the FILE of the procedure"]);
  const [file = ""] = positionals;
  const parameters = parametersIn(values.set ?? []);
  const read = await checkDocument({ file, config: values.config, parameters });
  shell.print(visible(aboutChecked(file, read)));
  return 0;
}

async function store(args: readonly string[], shell: Shell): Promise<number> {
  const options = { name: { type: "string" }, ...gatewayOptions } as const;
  const { values, positionals } = readArguments(args, options, ["the FILE of the procedure"]);
  const [file = ""] = positionals;
  const name = values.name ?? basename(file).replace(/\.(ya?ml|json)$/i, "");
  const body = { document: await documentIn(file) };
  const gateway = await askedGateway(values, shell);
  const path = `/gateway/procedures/${encodeURIComponent(name)}`;
  const answer = await askGateway(gateway, { method: "PUT", path, body, patienceMs });
  const { version, mistakes } = told<Partial<Stored>>(answer, gateway, file);
  const isNew = answer.status === 201;
  shell.print(visible(isNew ? `${file} is stored as ${name}@${version}.` : `${file} is ${name}@${version} already.`));
  if (mistakes && mistakes.length > 0)
    shell.tell(visible(`warning: this bench cannot run it yet: ${inFile(file, mistakes).message}`));
  return 0;
}

async function list(args: readonly string[], shell: Shell): Promise<number> {
  const options = { json: { type: "boolean", default: false }, ...gatewayOptions } as const;
  const { values } = readArguments(args, options);
  const gateway = await askedGateway(values, shell);
  const answer = await askGateway(gateway, { method: "GET", path: "/gateway/procedures", patienceMs });
  const all = told<Readonly<Record<string, Stored>>>(answer, gateway);
  if (values.json) shell.print(jsonLine(all));
  else for (const { name, version, title } of Object.values(all)) shell.print(visible(`${name}@${version}  ${title}`));
  return 0;
}

async function show(args: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = readArguments(args, gatewayOptions, ["the NAME of the procedure"]);
  const [name = "", version] = (positionals[0] ?? "").split("@", 2);
  const gateway = await askedGateway(values, shell);
  const path = `/gateway/procedures/${encodeURIComponent(name)}`;
  const answer = await askGateway(gateway, { method: "GET", path, query: { version }, patienceMs });
  const text = told<Stored>(answer, gateway).document.replace(/\n$/, "");
  // Into a file it goes as it was stored.
  shell.print(shell.interactive ? visible(text) : text);
  return 0;
}

/** What a gateway has answered; throws what it says no with, mistake by mistake. */
function told<T>(answer: Answer, gateway: AskedGateway, file?: string): T {
  if (answer.status === 200 || answer.status === 201) return answer.body as T;
  const { mistakes } = (answer.body ?? {}) as { readonly mistakes?: readonly Mistake[] };
  if (file !== undefined && Array.isArray(mistakes) && mistakes.length > 0) throw inFile(file, mistakes);
  throw refusal(answer, gateway);
}

/** What a gateway, which knows it by another name, has found in a file here. */
function inFile(file: string, mistakes: readonly Mistake[]) {
  const here = mistakes.map((one) => ({ ...one, at: one.at.replace(/^.*(?=:\d+:\d+$)/s, file) }));
  return procedureError(file, here);
}
