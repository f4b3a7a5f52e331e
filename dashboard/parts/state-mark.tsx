import type { JSX } from "preact";

type Look = "good" | "busy" | "warn" | "bad" | "";

/** Of Things, invocations, runs and recordings: a word is of one kind wherever it stands. */
const looks: Readonly<Record<string, Look>> = {
  ready: "good",
  opening: "busy",
  disconnected: "bad",
  faulted: "bad",
  quarantined: "bad",
  stopped: "bad",
  closed: "",
  pending: "",
  running: "busy",
  recording: "busy",
  pausing: "warn",
  paused: "warn",
  completed: "good",
  finished: "good",
  cancelled: "warn",
  interrupted: "warn",
  full: "warn",
  error: "bad",
};

const words: Readonly<Record<string, string>> = { pending: "waiting", error: "failed" };

interface Props {
  /** As the gateway calls it. */
  readonly state: string;
  /** More than that, for who points at it. */
  readonly title?: string | undefined;
  /** Where the word is not of its usual kind. */
  readonly look?: Look | undefined;
}

/** How something is: a word, with a colour and a shape. */
export function StateMark({
  state,
  title,
  look = Object.hasOwn(looks, state) ? looks[state] : "",
}: Props): JSX.Element {
  return (
    <span class={`badge ${look}`} title={title}>
      {Object.hasOwn(words, state) ? words[state] : state}
    </span>
  );
}
