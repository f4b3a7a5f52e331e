/** What is to be seen of the bench where its page is one tab among others. */
export interface AtAGlance {
  readonly view: string;
  readonly stopped: boolean;
  readonly lost: boolean;
  /** How many questions wait for an answer. */
  readonly asked: number;
}

export type Icon = "stopped" | "lost" | "asked" | "bench";

/** What matters most comes first: a page that is stale cannot know the rest. */
export function iconOf({ stopped, lost, asked }: AtAGlance): Icon {
  if (lost) return "lost";
  if (stopped) return "stopped";
  return asked > 0 ? "asked" : "bench";
}

/** For `document.title`. */
export function titleOf(glance: AtAGlance): string {
  const { view, stopped, asked } = glance;
  const first = { stopped: "STOPPED", lost: stopped ? "Connection lost, STOPPED" : "Connection lost" };
  const icon = iconOf(glance);
  const question = asked === 1 ? "1 question" : `${asked} questions`;
  const before = icon === "asked" ? question : icon === "bench" ? undefined : first[icon];
  return [before, view, "benchd"].filter((part) => part !== undefined && part !== "").join(" - ");
}
