import type { Health, Reason } from "./health.ts";
import { inTheWayOf } from "./in-the-way.ts";
import type { Alarm, Interlock } from "./shapes.ts";

/** Something that is not as it should be, in words. */
export interface Trouble {
  readonly what: string;
  /** "" where there is no more to say. */
  readonly why: string;
  /** Where there is more of it: a path in the dashboard. */
  readonly at: readonly string[] | undefined;
}

interface ToldThing {
  readonly name: string;
  readonly title: string;
  readonly state: string;
  readonly reason: string | null;
}

/** What is known of the bench. */
export interface Known {
  readonly health: Health;
  /** None of them is open while the gateway is in safe mode, which says so itself. */
  readonly safeMode: boolean;
  readonly things: readonly ToldThing[];
  readonly interlocks: ReadonlyMap<string, Interlock>;
  readonly alarms: ReadonlyMap<string, Alarm>;
}

/** The same as `/health` finds, but for the emergency stop, which stands above everything, and what is shown at `path` itself. */
export function troublesOf(known: Known, path: readonly string[]): readonly Trouble[] {
  const { health, safeMode, things, interlocks, alarms } = known;
  const [view = "", which = ""] = path;
  const shown = view === "" || view === "safety";
  const guarding = new Set(view === "things" ? inTheWayOf(interlocks, which).map(({ name }) => name) : []);
  const tripped = [...interlocks].filter(([name, one]) => !shown && one.tripped && !guarding.has(name));
  const raised = [...alarms].filter(([, one]) => !shown && one.raised);
  const lost = things.filter(({ name, state }) => !safeMode && isLost(state) && !isShown(name, path));
  return [
    ...ofGateway(health),
    ...tripped.map(([name, { reason }]) => ({
      ...{ what: `Interlock ${name} has tripped`, why: reason ?? "", at: ["safety"] },
    })),
    ...raised.map(([name, { reason }]) => ({ what: `Alarm ${name}`, why: reason ?? "", at: ["safety"] })),
    ...(lost.length > maxLost ? [together(lost)] : lost.map(alone)),
  ];
}

/** More Things than that are one line, and of so many it has the names. */
const [maxLost, maxNamed] = [2, 6];

const alone = ({ name, title, state, reason }: ToldThing): Trouble => ({
  ...{ what: `${title} is ${state}`, why: reason ?? "", at: ["things", name] },
});

function together(lost: readonly ToldThing[]): Trouble {
  const named = lost.slice(0, maxNamed).map(({ name, state }) => `${name} is ${state}`);
  const more = lost.length > maxNamed ? [`and ${lost.length - maxNamed} more`] : [];
  return { what: `${lost.length} Things are not ready`, why: [...named, ...more].join(", "), at: [] };
}

/** What is being opened may be ready in a moment. */
export const isLost = (state: string) => state !== "ready" && state !== "opening";

/** The bench has a card for each. */
const isShown = (name: string, [view = "", which]: readonly string[]) =>
  view === "" || (view === "things" && which === name);

const words: Readonly<Record<string, string>> = {
  journal: "What is done cannot be written down",
  disk: "The disk is nearly full",
  mqtt: "The MQTT broker is not told what happens",
  lanes: "Something keeps a Thing for too long",
  "event loop": "The gateway is held up",
};

function ofGateway({ failing, untold, reasons, failed }: Health): readonly Trouble[] {
  const all = reasons.map(said);
  if (failing) all.unshift({ what: "The gateway is not to be trusted with its devices", why: "" });
  if (untold) all.push({ what: "Something is wrong with the gateway", why: "you may not be told what" });
  if (failed !== "") all.push({ what: "Whether all is well with the gateway is not known", why: failed });
  return all.map((one) => ({ ...one, at: undefined }));
}

function said({ code, name, message }: Reason): Omit<Trouble, "at"> {
  if (code === "clock_not_trusted")
    return {
      what: "The gateway's clock is not known to be right",
      why: "times may be wrong, and what goes by dates may wait",
    };
  const known = name !== null && Object.hasOwn(words, name) ? words[name] : undefined;
  return { what: known ?? "Something is wrong with the gateway", why: message };
}
