import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { zoneText } from "../parts/time-text.ts";
import { place, placeOf } from "../route.ts";
import type { Session } from "../session.ts";
import { followAtAGlance } from "./glance.ts";
import { LinkSign } from "./link-sign.tsx";
import { Notices } from "./notices.tsx";
import { StopButton, useStopKeys } from "./stop-button.tsx";
import { StopReport } from "./stop-report.tsx";
import { ThemeChoice } from "./theme-choice.tsx";
import { views, within } from "./views.ts";
import { Who } from "./who.tsx";

interface Props {
  readonly session: Session;
  readonly children: ComponentChildren;
}

/** What is there whatever is looked at: the stop, how the connection is, and the ways elsewhere. */
export function Frame({ session, children }: Props): JSX.Element {
  const bench = useBench();
  useStopKeys();
  useEffect(() => followAtAGlance(bench, document), [bench]);
  return (
    <>
      <button type="button" class="skip" onClick={toContent}>
        To the content
      </button>
      <header class="frame">
        <div class="bar">
          <a class="brand" href="#/">
            benchd
          </a>
          {session.wanted.value === undefined && <Views />}
          <div class="signs">
            <Marks />
            {session.wanted.value === undefined && <LinkSign />}
          </div>
          <StopButton />
        </div>
        <StopReport />
      </header>
      <main id="main" tabIndex={-1}>
        <Notices />
        {children}
      </main>
      <Footer session={session} />
    </>
  );
}

function toContent(): void {
  document.getElementById("main")?.focus();
}

function Views(): JSX.Element {
  const [here = ""] = place.value.path;
  const isHere = (name: string) => name === (within[here] ?? here);
  const nav = useRef<HTMLElement>(null);
  // On a narrow screen not all of them are seen at a time.
  useEffect(() => {
    const [box, link] = [nav.current, nav.current?.querySelector<HTMLElement>("[aria-current]")];
    if (box && link) box.scrollLeft = link.offsetLeft - box.offsetLeft - (box.clientWidth - link.offsetWidth) / 2;
  }, [here]);
  return (
    <nav aria-label="Views" ref={nav}>
      {views.map(([title, name]) => (
        <a key={name} href={placeOf(...[name].filter(Boolean))} aria-current={isHere(name) ? "page" : undefined}>
          {title}
        </a>
      ))}
    </nav>
  );
}

/** What is out of the ordinary with this gateway. */
function Marks(): JSX.Element | null {
  const about = useBench().about.value;
  if (!about?.mock) return null;
  const { timeScale } = about;
  return (
    <span class="badge plain busy" title="Every device is a simulated one: nothing moves.">
      Simulated{timeScale === 1 ? "" : ` ×${timeScale}`}
    </span>
  );
}

function Footer({ session }: { readonly session: Session }): JSX.Element {
  const about = useBench().about.value;
  return (
    <footer class="frame">
      {about && <span>benchd {about.version}</span>}
      <span>Times: {zoneText(Date.now())}</span>
      {about && <a href="/docs">HTTP interface</a>}
      <ThemeChoice />
      <Who session={session} />
    </footer>
  );
}
