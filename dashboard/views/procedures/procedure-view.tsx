import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import { Time } from "../../parts/time.tsx";
import { shortened } from "../../parts/value-text.ts";
import { place, placeOf, requery } from "../../route.ts";
import type { Mistake, Procedure } from "../../runs/shapes.ts";
import { Document } from "./document.tsx";
import { Library } from "./library.tsx";
import { StartForm } from "./start-form.tsx";

/** The library, or a stored procedure: what it takes, a way to run it, its versions and its text. */
export function ProcedureView({ rest: [name] }: { readonly rest: readonly string[] }): JSX.Element {
  if (name === undefined)
    return (
      <>
        <h1>Library</h1>
        <Library />
      </>
    );
  return <OneProcedure key={name} name={name} />;
}

interface Read {
  readonly shown: Procedure;
  readonly versions: readonly Procedure[];
}

function OneProcedure({ name }: { readonly name: string }): JSX.Element {
  const { connection } = useBench();
  const read = useSignal<Read | undefined>(undefined);
  const problem = useSignal("");
  const mistakes = useSignal<readonly Mistake[]>([]);
  const version = place.value.query.get("version") ?? undefined;
  useEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    const path = `/gateway/procedures/${encodeURIComponent(name)}`;
    mistakes.value = [];
    void Promise.all([
      connection.get(path, { signal, query: { version } }),
      connection.get(`${path}/versions`, { signal }),
    ]).then(
      ([shown, versions]) => {
        read.value = { shown: shown as Procedure, versions: versions as readonly Procedure[] };
      },
      (error) => {
        if (!signal.aborted) problem.value = refusalOf(error);
      },
    );
    return () => leaving.abort();
  }, [connection, name, version]);
  if (!read.value)
    return (
      <>
        <h1>{name}</h1>
        <p role="status">{problem.value || "Reading…"}</p>
      </>
    );
  const { shown, versions } = read.value;
  return (
    <div class="stack">
      <div class="row apart">
        <h1>{shown.title || name}</h1>
        <a href={placeOf("runs")}>Runs and library</a>
      </div>
      {shown.description && <p>{shown.description}</p>}
      <div class="row">
        <label class="field">
          Version
          <select value={String(shown.version)} onChange={(event) => requery({ version: event.currentTarget.value })}>
            {versions.map((one) => (
              <option key={one.version} value={String(one.version)}>
                {one.version}
              </option>
            ))}
          </select>
        </label>
        <p class="soft">
          Stored <Time at={shown.storedAt} />, for {shown.things.join(", ") || "no Thing"}
        </p>
      </div>
      {shown.unreadable === null ? (
        <StartForm key={shown.version} procedure={shown} mistakes={mistakes} />
      ) : (
        <p class="notice bad">{shortened(shown.unreadable, 2000)}</p>
      )}
      <section class="stack tight">
        <h2>Its text</h2>
        <Document text={shown.document ?? ""} current={[]} mistakes={mistakes.value} />
      </section>
    </div>
  );
}
