import { type Clock, realClock } from "../clock.ts";
import { afterCrash, type MadeSafe } from "../gateway/after-crash.ts";
import { readBench } from "../gateway/bench.ts";
import { openCatalogue } from "../gateway/catalogue.ts";
import { forgetHandover } from "../gateway/handover.ts";
import type { Command, Shell } from "./shell.ts";
import { readArguments, readNumber } from "./usage.ts";
import { visible } from "./visible.ts";

export const safe: Command = {
  usage: "benchd safe [--config FILE] [--timeout SECONDS] [--mock]",
  summary:
    "Bring every output to its safe value while no benchd runs: what systemd does after a crash. Starts nothing.",
  help: [
    "--config FILE      the configuration; benchd.yaml unless told",
    "--timeout SECONDS  how long each Thing has for it, 5 unless told (0.1 to 60)",
    "--mock             simulate every device: nothing is opened that could move",
    "Exits with 0 when all of them are confirmed, with 1 when one is not. Outputs with onCrash: hold are left as they are.",
    "As ExecStopPost of a unit it does nothing after a benchd that has ended in order: that has left everything as it should be.",
  ],

  async run(args, shell) {
    const { values } = readArguments(args, {
      config: { type: "string", default: "benchd.yaml" },
      timeout: { type: "string", default: "5" },
      mock: { type: "boolean", default: false },
    });
    const timeoutMs = 1000 * readNumber("--timeout", values.timeout, { min: 0.1, max: 60 });
    if (endedInOrder(shell.environment)) {
      shell.print("benchd has ended in order: nothing to do");
      return 0;
    }
    return makeAllSafe({ file: values.config, mock: values.mock, timeoutMs, clock: realClock }, shell);
  },
};

interface Asked {
  readonly file: string;
  readonly mock: boolean;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

async function makeAllSafe(
  { file, mock, timeoutMs, clock }: Asked,
  shell: Pick<Shell, "print" | "environment">,
): Promise<0 | 1> {
  const catalogue = openCatalogue();
  const config = await readBench(file, catalogue, { mock, served: false });
  const made = (report: MadeSafe) => shell.print(visible(lineOf(report)));
  const confirmed = await afterCrash({ config, catalogue, clock, mock, timeoutMs, made });
  const folder = config.stateDirectory ?? shell.environment["STATE_DIRECTORY"];
  // A start that has opened nothing has left it there. A disk that takes nothing keeps nobody from making safe.
  if (folder !== undefined && !mock) await forgetHandover(folder).catch(() => {});
  return confirmed ? 0 : 1;
}

function lineOf({ thing, safe, held, failure }: MadeSafe): string {
  const left = held.length > 0 ? `left as it is: ${held.join(", ")}` : undefined;
  const said = failure === undefined ? safe.length > 0 && `safe: ${safe.join(", ")}` : `NOT CONFIRMED: ${failure}`;
  return `${thing}: ${[said, left].filter(Boolean).join("; ")}`;
}

/** systemd tells whatever it runs after a service how that has ended (systemd.exec, $SERVICE_RESULT). */
const endedInOrder = ({ SERVICE_RESULT, EXIT_STATUS }: Shell["environment"]) =>
  SERVICE_RESULT === "success" && EXIT_STATUS === "0";
