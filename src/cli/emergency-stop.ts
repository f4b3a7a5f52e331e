import { NotReadyError } from "../errors.ts";
import { askGateway, caHelp, refusal, urlArgument, usualUrl } from "./ask-gateway.ts";
import type { Command, Shell } from "./shell.ts";
import { UntrustedError } from "./tls/send.ts";
import { readArguments, UsageError } from "./usage.ts";
import { visible } from "./visible.ts";

/** The gateway answers within 2 s, whatever its devices do. */
const patienceMs = 4000;

export const emergencyStop: Command = {
  usage: "benchd emergency-stop [--clear] [--reason TEXT] [--url URL [--ca FILE]]",
  summary:
    "Press the emergency stop of a running gateway, or clear it. Exits with 1 unless every device has confirmed.",
  help: [
    "--clear         let work in again; starts nothing, and wants a --reason",
    "--reason TEXT   why, for the log and the audit trail",
    `--url URL       the gateway; ${usualUrl} unless told`,
    caHelp,
    "",
    "It is a software stop, no safety function: where somebody could be hurt, press the button that cuts the power.",
  ],

  async run(args, shell) {
    const { values } = readArguments(args, {
      clear: { type: "boolean", default: false },
      reason: { type: "string" },
      url: { type: "string", default: usualUrl },
      ca: { type: "string" },
    });
    if (values.clear && !values.reason?.trim())
      throw new UsageError("say why it may be cleared: --clear --reason 'looked at the heater, it is off'");
    const reason = toldBy(shell, values.reason);
    return values.clear ? clear(values, reason, shell) : press(values, reason, shell);
  },
};

/** Who it was, besides the address: everybody on this machine has the same. */
export function toldBy({ environment }: Shell, reason: string | undefined): string {
  const who = environment["SUDO_USER"] ?? environment["USER"];
  return `${who ? `${who}, ` : ""}command line${reason?.trim() ? `: ${reason.trim()}` : ""}`.slice(0, 200);
}

interface Pressed {
  readonly stopped?: boolean;
  readonly things?: Readonly<Record<string, { readonly confirmed: boolean; readonly error?: string }>> | null;
}

/** Which gateway, and by whom it is known. */
interface Which {
  readonly url: string;
  readonly ca?: string | undefined;
}

async function press({ url, ca }: Which, reason: string, shell: Shell): Promise<number> {
  const answer = await askGateway(url, {
    method: "POST",
    path: "/emergency_stop",
    query: { reason },
    patienceMs,
    ca,
  }).catch((error: unknown) => {
    if (error instanceof UntrustedError)
      throw new NotReadyError(`${error.message}\n${unanswered(url)}`, { cause: error });
    if (error instanceof NotReadyError) throw new NotReadyError(`${unanswered(url)}`, { cause: error });
    throw error;
  });
  const { stopped, things } = (answer.body ?? {}) as Pressed;
  if (stopped !== true) throw new NotReadyError(`${refusal(answer, url).message}\n${unanswered(url)}`);
  if (!things) {
    shell.print("The stop has been sent to every device, but not all of them confirmed it in time: look at them.");
    return 1;
  }
  const width = Math.max(...Object.keys(things).map(({ length }) => length));
  for (const [name, { confirmed, error }] of Object.entries(things))
    shell.print(visible(`${name.padEnd(width)}  ${confirmed ? "stopped" : `NOT CONFIRMED: ${error}`}`));
  shell.tell(visible(`It stays stopped until: benchd emergency-stop --clear --reason …${urlArgument(url, ca)}`));
  return Object.values(things).every(({ confirmed }) => confirmed) ? 0 : 1;
}

async function clear({ url, ca }: Which, reason: string, shell: Shell): Promise<number> {
  const answer = await askGateway(url, {
    method: "DELETE",
    path: "/emergency_stop",
    query: { reason },
    patienceMs,
    ca,
  });
  if (answer.status !== 200) throw refusal(answer, url);
  shell.print("The emergency stop is cleared; nothing has been started.");
  return 0;
}

const unanswered = (url: string) =>
  [
    `NOTHING CONFIRMS A STOP: no gateway answers at ${url} within ${patienceMs / 1000} s. Instead,`,
    "  press the button that cuts the power; if there is none, pull the plugs;",
    "  then end the gateway, which leaves its devices safe:  sudo systemctl stop benchd",
    "  and if that hangs, or it is gone already, make them safe without it:  benchd safe",
  ].join("\n");
