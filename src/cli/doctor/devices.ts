import { realpath } from "node:fs/promises";
import { join } from "node:path";
import type { Config } from "../../gateway/config/config.ts";
import { joinGroup } from "../../transport/ports/access.ts";
import { isMeant } from "../../transport/ports/find.ts";
import { holdersText } from "../../transport/ports/holders.ts";
import { type Survey, type SurveyedPort, survey } from "../../transport/ports/survey.ts";
import { addressText, type PortAddress } from "../../transport/ports/wiring.ts";
import { about, type Finding } from "./finding.ts";

interface Where {
  /** Where `/sys`, `/dev` and `/proc` are. */
  readonly root: string;
  /** A gateway answers, which has its ports open. */
  readonly running: boolean;
}

/** Whether the ports and chips of the configuration are there, may be opened, and are nobody else's. Nothing is opened. */
export async function examineDevices(config: Config, where: Where): Promise<readonly Finding[]> {
  const found = await survey(where.root);
  const entries = [...config.buses.values(), ...config.things.values()];
  const wired = entries.flatMap(({ name, serial }) => (serial ? [{ name, address: serial.address }] : []));
  const ports = await Promise.all(wired.map(({ name, address }) => examinePort(name, address, found, where)));
  const pins = [...config.things.values()].some(({ gpio }) => Object.keys(gpio).length > 0);
  return [...ports, ...(pins ? examineChips(config, found) : [])];
}

async function examinePort(
  name: string,
  address: PortAddress,
  found: Survey,
  { root, running }: Where,
): Promise<Finding> {
  const { ok, warning, problem } = about(`port of ${name}`);
  const told = addressText(address);
  if ("tcp" in address) return ok(`${told}, which is not asked now`);
  const node = "path" in address ? await realpath(join(root, address.path)).catch(() => undefined) : undefined;
  const nodes = await Promise.all(found.serialPorts.map(({ node }) => realpath(join(root, node)).catch(() => "")));
  const port = found.serialPorts.find((one, i) =>
    "usb" in address ? isMeant(address.usb, one) : node !== undefined && nodes[i] === node,
  );
  if (!port) {
    if (node !== undefined) return warning(`${told} is there, but no serial port of this machine`);
    return problem(`${told} is not there: plug the device in, or correct its entry (benchd ports lists what there is)`);
  }
  return judge(port, running, name);
}

function judge({ node, allowed, group, holders }: SurveyedPort, running: boolean, name: string): Finding {
  const { ok, problem } = about(`port of ${name}`);
  if (!allowed) return problem(`this user may not open ${node}: ${joinGroup(group)}`);
  const [first, ...others] = holders;
  if (!first) return ok(`${node}, free`);
  if (running && others.length === 0) return ok(`${node}, in use by ${first.program} (process ${first.pid})`);
  return problem(`${node} is in use ${holdersText(holders, node)}`);
}

function examineChips({ gpio }: Config, { gpioChips }: Survey): readonly Finding[] {
  const { ok, problem } = about("GPIO");
  const chip = gpioChips.find(({ header, label, node }) =>
    gpio.chip === undefined ? header : gpio.chip === label || gpio.chip === node,
  );
  if (!chip)
    return [problem(`there is no GPIO chip ${gpio.chip ?? "with a header"}: benchd ports lists what there is`)];
  return [chip.allowed ? ok(chip.node) : problem(`this user may not open ${chip.node}: ${joinGroup(chip.group)}`)];
}
