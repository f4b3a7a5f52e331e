import { NotReadyError } from "../errors.ts";
import { askGateway, refusal } from "./ask-gateway.ts";
import {
  type AskedGateway,
  askedGateway,
  askedInAnyCase,
  gatewayHelp,
  gatewayOptions,
  unlessTold,
  urlArgument,
} from "./asked-gateway.ts";
import { UntrustedError } from "./gateway-errors.ts";
import type { Command, Shell } from "./shell.ts";
import { jsonLine } from "./terminal/json-line.ts";
import { readArguments, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

/** The gateway answers within 2 s, whatever its devices do. */
const patienceMs = 4000;

export const emergencyStop: Command = {
  usage: "benchd emergency-stop [--clear] [--reason TEXT] [--json] [--url URL [--ca FILE]] [--token-file FILE]",
  summary:
    "Press the emergency stop of a running gateway, or clear it. Exits with 1 unless every device has confirmed.",
  help: [
    "--clear         let work in again; starts nothing, and wants a --reason",
    "--reason TEXT   why, for the log and the audit trail",
    "--json          what the gateway answers, as it is",
    `--url URL       the gateway; ${unlessTold}`,
    ...gatewayHelp(14),
    "",
    "It is a software stop, no safety function: where somebody could be hurt, press the button that cuts the power.",
  ],

  async run(args, shell) {
    const { values } = readArguments(args, {
      clear: { type: "boolean", default: false },
      reason: { type: "string" },
      json: { type: "boolean", default: false },
      ...gatewayOptions,
    });
    if (values.clear && !values.reason?.trim())
      throw new UsageError("say why it may be cleared: --clear --reason 'looked at the heater, it is off'");
    const reason = toldBy(shell, values.reason);
    return values.clear
      ? clear(await askedGateway(values, shell), reason, shell, values.json)
      : press(await askedInAnyCase(values, shell), reason, shell, values.json);
  },
};

/** Who it was, besides the address: everybody on this machine has the same. */
export function toldBy({ environment }: Shell, reason: string | undefined): string {
  const who = environment["SUDO_USER"] ?? environment["USER"];
  return `${who ? `${who}, ` : ""}command line${reason?.trim() ? `: ${reason.trim()}` : ""}`.slice(0, 200);
}

interface Pressed {
  readonly stopped?: boolean;
  /** Told instead of the Things to who has no token. */
  readonly confirmed?: boolean | null;
  readonly things?: Readonly<Record<string, { readonly confirmed: boolean; readonly error?: string }>> | null;
}

async function press(gateway: AskedGateway, reason: string, shell: Shell, json: boolean): Promise<number> {
  const { url } = gateway;
  const answer = await askGateway(gateway, {
    method: "POST",
    path: "/emergency_stop",
    query: { reason },
    patienceMs,
  }).catch((error: unknown) => {
    if (error instanceof UntrustedError)
      throw new NotReadyError(`${error.message}\n${unanswered(url)}`, { cause: error });
    if (error instanceof NotReadyError) throw new NotReadyError(`${unanswered(url)}`, { cause: error });
    throw error;
  });
  const { stopped, things, confirmed } = (answer.body ?? {}) as Pressed;
  if (stopped !== true) throw new NotReadyError(`${refusal(answer, gateway).message}\n${unanswered(url)}`);
  const all = confirmed === true || (things != null && Object.values(things).every((one) => one.confirmed));
  if (json) {
    shell.print(jsonLine(answer.body));
    return all ? 0 : 1;
  }
  if (confirmed === true) {
    shell.print("Every device has confirmed the stop; which ones is told only to who has a token.");
    return 0;
  }
  if (!things) {
    shell.print("The stop has been sent to every device, but not all of them confirmed it in time: look at them.");
    return 1;
  }
  const width = Math.max(0, ...Object.keys(things).map(({ length }) => length));
  for (const [name, { confirmed, error }] of Object.entries(things))
    shell.print(visible(`${name.padEnd(width)}  ${confirmed ? "stopped" : `NOT CONFIRMED: ${error}`}`));
  shell.tell(visible(`It stays stopped until: benchd emergency-stop --clear --reason …${urlArgument(gateway)}`));
  return all ? 0 : 1;
}

async function clear(gateway: AskedGateway, reason: string, shell: Shell, json: boolean): Promise<number> {
  const answer = await askGateway(gateway, {
    method: "DELETE",
    path: "/emergency_stop",
    query: { reason },
    patienceMs,
  });
  if (answer.status !== 200) throw refusal(answer, gateway);
  shell.print(json ? jsonLine(answer.body) : "The emergency stop is cleared; nothing has been started.");
  return 0;
}

const unanswered = (url: string) =>
  [
    `NOTHING CONFIRMS A STOP: no gateway at ${url} has done it within ${patienceMs / 1000} s. Instead,`,
    "  press the button that cuts the power; if there is none, pull the plugs;",
    "  then end the gateway, which leaves its devices safe:  sudo systemctl stop benchd",
    "  and if that hangs, or it is gone already, make them safe without it:  benchd safe",
  ].join("\n");
