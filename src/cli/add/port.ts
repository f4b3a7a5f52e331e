import { sleep } from "../../ambient.ts";
import type { Clock } from "../../clock.ts";
import { InputError } from "../../errors.ts";
import { parseConfig } from "../../gateway/config/config.ts";
import { parseValue } from "../../gateway/config/edit.ts";
import { type SurveyedPort, survey } from "../../transport/ports/survey.ts";
import { noPort, portLines } from "../ports.ts";
import type { Dialogue } from "./dialogue.ts";

export interface Machine {
  /** Where `/sys`, `/dev` and `/proc` are. */
  readonly root: string;
  readonly clock: Clock;
}

/** The listing is read anew each; ms. */
const pollMs = 500;
/** How long a device may take to be plugged in. */
const patienceMs = 60_000;

const invitation = [
  "Unplug the device, or leave it unplugged, and press Enter. Or type",
  "  list         to choose among the ports that are there",
  "  tcp://…      the host and port of a serial server on the network",
  "  none         for what has no serial port: pins, a camera, something made of other Things",
].join("\n");

/** What to write behind `serial:`; undefined for what has no port. Nothing is opened. */
export async function choosePort(dialogue: Dialogue, machine: Machine): Promise<unknown> {
  dialogue.say(invitation);
  for (;;) {
    const answer = await dialogue.ask(">", { fallback: "Enter", read: understood });
    if (answer === "none") return undefined;
    if (answer.startsWith("tcp:")) return answer;
    const { serialPorts } = await survey(machine.root);
    const found = answer === "list" ? serialPorts : await pluggedIn(dialogue, machine, serialPorts);
    if (found.length === 0) {
      dialogue.say(answer === "list" ? noPort : "nothing has appeared: is the cable a charging cable? See dmesg");
      continue;
    }
    const port = found.length === 1 ? found[0] : await dialogue.pick("Which one?", found, ({ node }) => node);
    if (port) return nameOf(dialogue, port);
  }
}

function understood(answer: string): string {
  if (["Enter", "list", "none"].includes(answer)) return answer;
  if (!answer.startsWith("tcp:")) throw new InputError(`press Enter, or type list, none, or tcp://host:port`);
  // As the file will be judged.
  parseConfig(JSON.stringify({ things: { it: { driver: "x", serial: answer } } }), "serial");
  return answer;
}

/** The ports that are there and were not, once their names have come to rest. */
async function pluggedIn(
  dialogue: Dialogue,
  { root, clock }: Machine,
  there: readonly SurveyedPort[],
): Promise<readonly SurveyedPort[]> {
  dialogue.say("Now plug it in, and wait a moment.");
  let before = new Set(there.map(which));
  let last = "";
  for (const end = clock.now() + patienceMs; clock.now() < end; ) {
    const { serialPorts } = await survey(root);
    const added = serialPorts.filter((port) => !before.has(which(port)));
    const text = JSON.stringify(added);
    if (added.length > 0 && text === last) return added;
    last = text;
    // What was left plugged in has to go before it can come.
    before = new Set(serialPorts.map(which).filter((one) => before.has(one)));
    await sleep(pollMs);
  }
  return [];
}

const which = ({ node, usb }: SurveyedPort) => JSON.stringify([node, usb]);

/** By which of its names the port is to be found again. */
async function nameOf(dialogue: Dialogue, port: SurveyedPort): Promise<unknown> {
  for (const line of portLines(port)) dialogue.say(line);
  const names = [...new Set([port.serial, ...port.byId, ...port.byPath, ...port.aliases, port.node])];
  const remarks = new Map([
    ...port.byId.map((name) => [name, "the device, as udev calls it"] as const),
    ...port.byPath.map((name) => [name, "whatever is plugged in there"] as const),
    [port.node, "whatever came first: it may be another device's tomorrow"] as const,
    [port.serial, "recommended"] as const,
  ]);
  if (names.length === 1) return parseValue(port.serial);
  dialogue.say("It can be named as");
  const shown = (name: string) => [name, remarks.get(name)].filter(Boolean).join("    # ");
  return parseValue(await dialogue.pick("Which name?", names, shown));
}
