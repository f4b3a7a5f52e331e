import { useSignal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { wordsOf } from "./ask.ts";
import { bytesText } from "./bytes-text.ts";
import { save } from "./save.ts";

interface Props {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly name: string;
  readonly children: ComponentChildren;
}

/** Saves what is at a path: by a link where none has to say who he is, which browsers do best. */
export function SaveButton({ path, query = {}, name, children }: Props): JSX.Element {
  const bench = useBench();
  const said = useSignal("");
  const going = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => going.current?.abort(), []);
  if (bench.about.value?.you.session !== true) {
    const given = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const search = new URLSearchParams(given).toString();
    return (
      <a class="button" href={`${path}${search && `?${search}`}`} download={name}>
        {children}
      </a>
    );
  }
  const press = async () => {
    going.current?.abort();
    const leaving = new AbortController();
    going.current = leaving;
    said.value = "Saving…";
    const onBytes = (bytes: number) => {
      said.value = `Saving… ${bytesText(bytes)}`;
    };
    try {
      await save(bench.connection, { path, query, name, signal: leaving.signal, onBytes });
      said.value = "Saved.";
    } catch (error) {
      const unwanted = error instanceof DOMException && error.name === "AbortError";
      said.value = unwanted ? "" : `Not saved as a whole: ${wordsOf(error)}`;
    }
  };
  return (
    <>
      <button type="button" onClick={() => void press()}>
        {children}
      </button>
      <span role="status" class="hint">
        {said}
      </span>
    </>
  );
}
