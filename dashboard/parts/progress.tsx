import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { remainingMs, roughly } from "./remaining.ts";
import { second } from "./tick.ts";
import { secondsText } from "./time-text.ts";

interface Props {
  /** 0 to 100; null for what tells none, and then there is no bar: nobody knows how long it is. */
  readonly progress: number | null;
  /** When it began, ms by the gateway's clock; undefined when it has not, or nobody knows. */
  readonly since?: number | undefined;
  /** What goes on, for those who listen. */
  readonly label: string;
  /** Whether its progress goes with time. That of a run counts its steps, and they take unlike times: nothing is left to tell. */
  readonly even?: boolean;
}

/** How far it is, how long it has taken, and how long it will take if it goes on like that. */
export function Progress({ progress, since, label, even = true }: Props): JSX.Element {
  return (
    <div class="progress">
      {progress !== null && <progress aria-label={label} max={100} value={progress} />}
      {progress !== null && <span class="number">{Math.floor(progress)} %</span>}
      {since !== undefined && <Times progress={progress} since={since} even={even} />}
    </div>
  );
}

function Times({ progress, since, even }: Required<Pick<Props, "progress" | "even">> & { since: number }): JSX.Element {
  const { clockAhead } = useBench();
  const elapsed = Math.max(0, second.value + clockAhead.value - since);
  const told = useRef({ progress, at: elapsed });
  if (told.current.progress !== progress) told.current = { progress, at: elapsed };
  const left = even ? remainingMs(progress, told.current.at, elapsed) : undefined;
  return (
    <span class="soft small nowrap">
      {progress === null && "for "}
      {secondsText(elapsed)}
      {left !== undefined && `, about ${secondsText(roughly(left))} left`}
    </span>
  );
}
