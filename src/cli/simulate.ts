import { realClock } from "../clock.ts";
import { didYouMean } from "../did-you-mean.ts";
import { type Catalogue, type MakeTwin, openCatalogue } from "../gateway/catalogue.ts";
import { rehearse } from "../gateway/config/rehearsal.ts";
import { isPath } from "../gateway/config/thing.ts";
import type { LineSettings } from "../transport/byte-stream.ts";
import { onPty } from "../twin/on-pty.ts";
import { sharing } from "../twin/simulated-bench.ts";
import { Value } from "../typebox.ts";
import type { Command } from "./shell.ts";
import { listenForStop } from "./stop.ts";
import { readArguments, UsageError } from "./usage.ts";

export const simulate: Command = {
  usage: "benchd simulate DRIVER --pty",
  summary: "Run the twin of a driver on a pseudo-terminal, for any program that wants a serial port, until Ctrl+C.",
  help: ["--pty    print the path of the pseudo-terminal; programs open it as their serial port"],

  async run(args, shell) {
    const { values, positionals } = readArguments(args, { pty: { type: "boolean", default: false } }, ["the DRIVER"]);
    if (!values.pty) throw new UsageError("say where to: --pty is the only place there is");
    const [driver = ""] = positionals;
    if (isPath(driver))
      throw new UsageError("the twins of benchd's own drivers only; one by path is served with benchd serve --mock");

    const catalogue = openCatalogue();
    const found = (await catalogue.names()).includes(driver) ? await speaking(driver, catalogue) : undefined;
    if (!found) throw await unknown(driver, catalogue);
    const { title, config, settings, make } = found;
    const twin = make({ name: driver, clock: realClock, config, share: sharing(realClock) });
    if (!twin.open) throw new UsageError(`the twin of ${driver} does not speak over a serial port`);
    const stop = listenForStop(shell);
    const port = await onPty(twin.open, settings);
    try {
      shell.print(port.path);
      shell.tell(`${title}, simulated, answers there at ${settings.baudRate} baud. Ctrl+C ends it.`);
      const failure = await Promise.race([stop.first.then(() => undefined), stop.fatal.then((error) => ({ error }))]);
      if (failure) throw failure.error;
      return 0;
    } finally {
      stop.release();
      await port.close();
      twin.close?.();
    }
  },
};

interface Speaking {
  readonly title: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** How the driver sets its line up: nobody else knows. */
  readonly settings: LineSettings;
  readonly make: MakeTwin;
}

/** Undefined for a driver that opens no serial port, or has no twin. */
async function speaking(driver: string, catalogue: Catalogue): Promise<Speaking | undefined> {
  const definition = await catalogue.definition(driver);
  const config = Value.Default(definition.config, {}) as Readonly<Record<string, unknown>>;
  const { line } = await rehearse(definition, config);
  const make = line && (await catalogue.twin(driver));
  return make && { title: definition.title, config, settings: line, make };
}

async function unknown(driver: string, catalogue: Catalogue): Promise<UsageError> {
  const names = await catalogue.names();
  const speak = await Promise.all(names.map((name) => speaking(name, catalogue)));
  const known = names.filter((_, index) => speak[index]);
  const all = `: there is one for ${known.join(", ")}`;
  return names.includes(driver)
    ? new UsageError(`${driver} has no twin that speaks over a serial port${all}`)
    : new UsageError(`there is no driver "${driver}"${didYouMean(driver, known) || all}`);
}
