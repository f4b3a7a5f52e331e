import type { ComponentChildren, JSX } from "preact";
import { useBench } from "../bench/context.ts";
import { place, placeOf } from "../route.ts";
import type { Session } from "../session.ts";
import { LinkSign } from "./link-sign.tsx";
import { StopButton } from "./stop-button.tsx";
import { ThemeChoice } from "./theme-choice.tsx";

interface Props {
  readonly session: Session;
  readonly children: ComponentChildren;
}

const views = [
  ["Bench", ""],
  ["Timeline", "timeline"],
  ["Runs", "runs"],
  ["Plots", "plots"],
  ["Recordings", "recordings"],
  ["History", "history"],
  ["Safety", "safety"],
] as const;

/** What is there whatever is looked at: the stop, how the connection is, and the ways elsewhere. */
export function Frame({ session, children }: Props): JSX.Element {
  const { about } = useBench();
  const [here = ""] = place.value.path;
  return (
    <>
      <a class="skip" href="#main">
        To the content
      </a>
      <header class="frame">
        <a class="brand" href="#/">
          benchd
        </a>
        <nav aria-label="Views">
          {session.wanted.value === undefined &&
            views.map(([title, name]) => (
              <a key={name} href={placeOf(...[name].filter(Boolean))} aria-current={here === name ? "page" : undefined}>
                {title}
              </a>
            ))}
        </nav>
        <LinkSign />
        <StopButton />
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <footer class="frame">
        <ThemeChoice />
        {about.value && `benchd ${about.value.version}`}
        {session.signedIn.value && (
          <button type="button" class="quiet" onClick={() => void session.signOut()}>
            Sign out
          </button>
        )}
      </footer>
    </>
  );
}
