import { BenchdError } from "../../errors.ts";
import { readBench } from "../../gateway/bench.ts";
import { openCatalogue } from "../../gateway/catalogue.ts";
import { type Config, inspectConfig } from "../../gateway/config/config.ts";
import { openToOthers } from "../../gateway/config/hands.ts";
import { secretWarnings } from "../../gateway/config/secrets.ts";
import { readText } from "../../gateway/config/text.ts";
import { pinWarnings } from "../../gateway/pin-warnings.ts";
import { tlsWarnings } from "../../gateway/tls/warnings.ts";
import { about, type Finding, messageOf } from "./finding.ts";

interface Examined {
  readonly findings: readonly Finding[];
  /** As far as it can be read. */
  readonly config?: Config;
  /** What the file says, right or wrong. */
  readonly content?: unknown;
}

/** Whether the configuration is right, and who may change it. */
export async function examineConfiguration(file: string, root: string): Promise<Examined> {
  const { ok, warning, problem } = about("configuration");
  let read: { readonly config: Config; readonly content: unknown };
  try {
    const { config, source } = inspectConfig(await readText(file), file);
    read = { config, content: source.content };
  } catch (error) {
    return { findings: [problem(messageOf(error))] };
  }
  const open = (await openToOthers(read.config)).map(warning);
  const catalogue = openCatalogue();
  try {
    const config = await readBench(file, catalogue, { root });
    const pins = [
      ...(await secretWarnings(config)),
      ...(await tlsWarnings(config, new Date())),
      ...(await pinWarnings(config, catalogue)),
    ].map(warning);
    const { size } = config.things;
    return {
      ...read,
      config,
      findings: [ok(`${file}, ${size === 1 ? "1 Thing" : `${size} Things`}`), ...open, ...pins],
    };
  } catch (error) {
    if (!(error instanceof BenchdError)) throw error;
    return { ...read, findings: [...mistakesIn(error).map(problem), ...open] };
  }
}

/** Several are told in lines of their own, below how many there are. */
function mistakesIn({ message }: BenchdError): readonly string[] {
  const [first = "", ...others] = message.split(/\n\s*/);
  return others.length > 0 ? others : [first];
}
