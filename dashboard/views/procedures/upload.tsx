import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { RefusedError } from "../../../src/client/errors.ts";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import { placeOf } from "../../route.ts";
import type { Check, Mistake, Procedure } from "../../runs/shapes.ts";
import { Document } from "./document.tsx";

/** As the gateway takes it. */
const maxBytes = 256 * 1024;

interface Chosen {
  readonly text: string;
  readonly mistakes: readonly Mistake[];
}

/** Stores a file in the library: what is wrong with it is shown where it is, before and after. */
export function Upload({ onStored }: { readonly onStored: () => void }): JSX.Element {
  const { connection } = useBench();
  const id = useId();
  const chosen = useSignal<Chosen | undefined>(undefined);
  const name = useSignal("");
  const said = useSignal("");
  const stored = useSignal<Procedure | undefined>(undefined);
  const choose = async (file: File | undefined) => {
    stored.value = undefined;
    chosen.value = undefined;
    if (!file) return;
    if (file.size > maxBytes) {
      said.value = "That is no procedure: one has 256 KiB at most.";
      return;
    }
    const text = await file.text();
    name.value = nameIn(file.name);
    chosen.value = { text, mistakes: [] };
    said.value = "Looking at it…";
    try {
      const { body } = await connection.request("POST", "/gateway/procedures/check", { body: { document: text } });
      const { mistakes, title } = body as Check;
      chosen.value = { text, mistakes };
      said.value =
        mistakes.length > 0
          ? `It has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}.`
          : `“${title ?? name.peek()}” can be run here.`;
    } catch (error) {
      said.value = refusalOf(error);
    }
  };
  const store = async (event: Event) => {
    event.preventDefault();
    const { text: document = "" } = chosen.peek() ?? {};
    said.value = "Storing…";
    try {
      const path = `/gateway/procedures/${encodeURIComponent(name.peek())}`;
      // The same text once more is the same version: it may be sent again.
      const { status, body } = await connection.request("PUT", path, { body: { document } });
      const done = body as Procedure & { readonly mistakes: readonly Mistake[] };
      chosen.value = { text: document, mistakes: done.mistakes };
      stored.value = done;
      const version = `version ${done.version}`;
      said.value = `${status === 201 ? `Stored as ${version}` : `That is ${version} already`}${done.mistakes.length > 0 ? ", which cannot be run here as it is" : ""}.`;
      onStored();
    } catch (error) {
      chosen.value = { text: document, mistakes: mistakesIn(error) };
      said.value = refusalOf(error);
    }
  };
  return (
    <form class="card stack tight" onSubmit={(event) => void store(event)}>
      <h3>Store a file</h3>
      <div class="row">
        <label class="field" for={`${id}f`}>
          A procedure, in YAML or JSON
          <input
            id={`${id}f`}
            type="file"
            accept=".yaml,.yml,.json"
            onChange={(event) => void choose(event.currentTarget.files?.[0])}
          />
        </label>
        {chosen.value && (
          <>
            <label class="field" for={`${id}n`}>
              Name in the library
              <input
                id={`${id}n`}
                value={name}
                required
                maxLength={64}
                spellcheck={false}
                onInput={(event) => {
                  name.value = event.currentTarget.value;
                }}
              />
            </label>
            <button type="submit" class="primary">
              Store
            </button>
          </>
        )}
      </div>
      <p role="status">
        {said} {stored.value && <a href={placeOf("procedures", stored.value.name)}>Look at it, or run it</a>}
      </p>
      {chosen.value && <Document text={chosen.value.text} current={[]} mistakes={chosen.value.mistakes} />}
    </form>
  );
}

/** A name as the library takes it, from that of a file. */
const nameIn = (file: string): string =>
  file
    .replace(/\.[^.]*$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 64);

export function mistakesIn(error: unknown): readonly Mistake[] {
  const problem =
    error instanceof RefusedError ? (error.problem as { readonly mistakes?: readonly Mistake[] }) : undefined;
  return problem?.mistakes ?? [];
}
