import type { Pressed } from "../bench/stop.ts";

interface Words {
  /** `bad`: it is not known that everything is stopped. */
  readonly look: "good" | "warn" | "bad";
  readonly text: string;
  /** Things that have not confirmed it, and why. */
  readonly unconfirmed: readonly (readonly [thing: string, why: string])[];
  readonly confirmed: readonly string[];
}

/** More of what a device has said helps nobody now. */
const maxWhy = 300;
const look = "Look at the bench, and cut the power where you have to.";

/** What is known of a press, in words; undefined when there was none. */
export function wordsOfStop(pressed: Pressed): Words | undefined {
  const said = (look: Words["look"], text: string): Words => ({ look, text, unconfirmed: [], confirmed: [] });
  switch (pressed.state) {
    case "idle":
      return undefined;
    case "sending":
      return said(
        pressed.tries === 0 ? "warn" : "bad",
        pressed.tries === 0 ? "Stopping…" : "No answer yet: NOT known to be stopped. Sending it again…",
      );
    case "refused":
      return said("bad", `NOT stopped: the gateway has refused it. ${pressed.why} ${look}`);
    case "unanswered":
      return said("bad", `NOT known to be stopped: ${pressed.why}. ${look}`);
    case "answered":
      return answered(pressed);
  }
}

function answered({ things, confirmed, persisted }: Extract<Pressed, { readonly state: "answered" }>): Words {
  const all = Object.entries(things ?? {});
  const unconfirmed = all
    .filter(([, one]) => !one.confirmed)
    .map(([thing, { error }]) => [thing, (error ?? "no answer").slice(0, maxWhy)] as const);
  const disk = persisted === false ? " It would not survive a power cut yet: it could not be written to the disk." : "";
  const text =
    confirmed === true
      ? "Stopped: everything has confirmed it."
      : `The stop was sent, and NOT everything has confirmed it. ${look}`;
  return {
    look: confirmed === true ? "good" : "bad",
    text: text + disk,
    unconfirmed,
    confirmed: all.filter(([, one]) => one.confirmed).map(([thing]) => thing),
  };
}
