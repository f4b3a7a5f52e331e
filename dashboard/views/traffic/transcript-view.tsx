import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import { SaveButton } from "../../parts/save-button.tsx";
import { placeOf } from "../../route.ts";
import { linesOf, type Transcript } from "./transcript.ts";
import { Wire } from "./wire.tsx";

/** `#/transcripts/ID`: what went over the wires while an invocation ran. */
export function TranscriptView({ rest: [id = ""] }: { readonly rest: readonly string[] }): JSX.Element {
  const { connection } = useBench();
  const told = useSignal<Transcript | undefined>(undefined);
  const failed = useSignal("");
  const path = `/gateway/transcripts/${encodeURIComponent(id)}`;
  useEffect(() => {
    const leaving = new AbortController();
    connection.get(path, { signal: leaving.signal }).then(
      (transcript) => {
        told.value = transcript as Transcript;
      },
      (error: unknown) => {
        if (!leaving.signal.aborted) failed.value = refusalOf(error);
      },
    );
    return () => leaving.abort();
  }, [connection, path]);
  const transcript = told.value;
  if (!transcript) return <p role={failed.value ? "alert" : "status"}>{failed.value || "Loading…"}</p>;
  const things = Object.entries(transcript.things);
  return (
    <div class="stack">
      <p>
        <a href={placeOf("history", id)}>What the history knows of it</a>
      </p>
      <h1>
        On the wires during {transcript.thing}.{transcript.action}
      </h1>
      <div class="row">
        <SaveButton path={path} name={`${transcript.thing}-${transcript.action}-${id.slice(0, 8)}.json`}>
          Save the transcript
        </SaveButton>
        <span class="hint">Times are since it began. The file is one that tests of drivers can replay.</span>
      </div>
      {things.length === 0 && <p class="soft">Nothing went over any wire, or nobody has kept it.</p>}
      {things.map(([name, { during = [] }]) => {
        const { lines, more } = linesOf(during);
        return (
          <section key={name} class="stack tight">
            <h2>{name}</h2>
            {lines.length === 0 ? (
              <p class="soft">Nothing.</p>
            ) : (
              <Wire label={`What ${name} was sent, and has answered`} lines={lines} timeOf={sinceBegin} />
            )}
            {more > 0 && <p class="hint">{more} more are in the file.</p>}
          </section>
        );
      })}
    </div>
  );
}

const sinceBegin = (ms: number) => `${(ms / 1000).toFixed(3)} s`;
