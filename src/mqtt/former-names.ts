import type { Clock } from "../clock.ts";
import type { LogLevel } from "../context.ts";
import { FormerName, type Outcome } from "./former-name.ts";
import type { Link } from "./link.ts";
import type { Topics } from "./topics.ts";

/** A name under which this gateway was known at a broker. */
export interface KnownName {
  /** Host and port. */
  readonly broker: string;
  /** What stood before its topics. */
  readonly base: string;
  /** Runs of this gateway that were connected there, the latest last. */
  readonly epochs: readonly string[];
  /** How often it was looked for in vain. */
  readonly vain: number;
}

interface Parts {
  readonly link: Link;
  /** As it is called now. */
  readonly topics: Topics;
  readonly broker: string;
  readonly gateway: { readonly installation: string; readonly events: { readonly epoch: string } };
  /** The process clock. */
  readonly clock: Clock;
  /** Of the gateway's own; where nothing is kept there are no names of before. */
  readonly file: {
    read(): Promise<{ readonly found: string; readonly value?: unknown }>;
    keep(value: unknown): Promise<boolean>;
    close(): void;
  };
  log(level: LogLevel, message: string): void;
}

/** So many names are known, and so many runs of each. */
const maxNames = 16;
const maxEpochs = 4;
/** Then it is taken to have been removed, or to be out of reach for good. */
const maxVain = 5;

/**
 * Has the broker forget what it keeps of this gateway under names that it had before. What is on disk tells which these are; a name
 * is struck off when the broker has confirmed that nothing is left, or somebody else has it. Returns how to stop.
 */
export function clearFormerNames(parts: Parts): () => void {
  const { link, topics, broker, gateway, file, log } = parts;
  let stopped = false;
  let looking: FormerName | undefined;
  let turn = 0;
  const known = file.read().then(({ value }) => namesIn(value), never);
  let names: readonly KnownName[] = [];
  const keep = (next: readonly KnownName[]) => {
    names = next;
    void file.keep({ names });
  };
  const isMine = (one: KnownName) => one.broker === broker && one.base === topics.base;

  async function connected(mine: number): Promise<void> {
    const read = await known;
    const isOver = () => stopped || mine !== turn;
    if (isOver()) return;
    const all = names.length > 0 ? names : read;
    const epochs = [...(all.find(isMine)?.epochs ?? []).filter((one) => one !== gateway.events.epoch)];
    const own = { broker, base: topics.base, epochs: [...epochs, gateway.events.epoch].slice(-maxEpochs), vain: 0 };
    keep([...all.filter((one) => !isMine(one)), own].slice(-maxNames));
    for (const name of names.filter((one) => one.broker === broker && !isMine(one))) {
      looking = new FormerName({ ...parts, name });
      const outcome = await looking.clear();
      if (isOver()) return;
      told(name, outcome);
    }
  }

  function told(name: KnownName, { left, why }: Outcome): void {
    const vain = left === "perhaps" ? name.vain + 1 : 0;
    const isGone = left === "nothing" || left === "of another" || vain >= maxVain;
    const others = names.filter((one) => one !== name);
    if (isGone) keep(others);
    else if (vain > 0) keep(names.map((one) => (one === name ? { ...name, vain } : one)));
    const givenUp = vain >= maxVain ? "; it is looked for no more" : "";
    log(left === "perhaps" ? "warning" : "info", `once this gateway was ${name.base} at its broker: ${why}${givenUp}`);
  }

  const leave = link.onConnected(() => {
    looking?.stop();
    const mine = ++turn;
    connected(mine).catch((error) => log("error", `names of before are not looked for: ${error}`));
  });
  return () => {
    stopped = true;
    leave();
    looking?.stop();
    file.close();
  };
}

const never = (): readonly KnownName[] => [];
const isText = (value: unknown): value is string => typeof value === "string" && value.length <= 300;
const isLevel = (text: string) => /^[A-Za-z0-9_-]+$/.test(text);
/** No wildcards, and a prefix and a name at least. */
const isBase = (text: string) => text.includes("/") && text.split("/").every(isLevel);

/** Whatever a file says. */
function namesIn(value: unknown): readonly KnownName[] {
  const { names } = (typeof value === "object" && value !== null ? value : {}) as { readonly names?: unknown };
  if (!Array.isArray(names)) return [];
  return names.slice(-maxNames).flatMap((one: Partial<Record<keyof KnownName, unknown>> | null) => {
    const { broker, base, epochs, vain } = one ?? {};
    if (!isText(broker) || !isText(base) || !isBase(base) || !Array.isArray(epochs)) return [];
    const counted = typeof vain === "number" ? vain : 0;
    return [{ broker, base, epochs: epochs.filter(isText).slice(-maxEpochs), vain: counted }];
  });
}
