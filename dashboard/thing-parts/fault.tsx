import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Schema } from "../bench/shapes.ts";
import { AskedNote } from "../parts/asked-note.tsx";
import { FormState } from "../parts/schema-form/form-state.ts";
import { SchemaForm } from "../parts/schema-form/schema-form.tsx";
import { useAsk } from "../parts/use-ask.ts";
import { shortened } from "../parts/value-text.ts";

export interface FaultState {
  readonly title: string;
  readonly input: Schema;
  /** Its parameters while it lasts; null otherwise. */
  readonly active: unknown;
}

interface Props {
  readonly name: string;
  readonly fault: FaultState;
  /** Of all faults of the Thing. */
  readonly path: string;
  readonly mayApply: boolean;
  readonly onChange: () => void;
}

/** A fault, on or off. One that takes parameters asks for them first. */
export function Fault({ name, fault, path, mayApply, onChange }: Props): JSX.Element {
  const { title, input, active } = fault;
  const ask = useAsk();
  const own = `${path}/${encodeURIComponent(name)}`;
  const send = async (method: "PUT" | "DELETE", body?: unknown) => {
    await ask.send(method, own, { again: "harmless", ...(body !== undefined && { body }) });
    onChange();
  };
  const plain = Object.keys(input.properties ?? {}).length === 0;
  if (mayApply && active === null && !plain)
    return (
      <li>
        <details>
          <summary>{title}…</summary>
          <FaultForm {...{ name, input, ask }} onSubmit={(value) => void send("PUT", value)} />
        </details>
      </li>
    );
  return (
    <li>
      <div class="row apart">
        <span>
          {title} {active !== null && <span class="badge warn">on{parameters(active)}</span>}
        </span>
        {mayApply && (
          <button type="button" onClick={() => void (active === null ? send("PUT", {}) : send("DELETE"))}>
            {active === null ? "Begin" : "End it"}
          </button>
        )}
      </div>
      <AskedNote asked={ask.now.value} />
    </li>
  );
}

interface FormProps extends Pick<Props, "name"> {
  readonly input: Schema;
  readonly ask: ReturnType<typeof useAsk>;
  readonly onSubmit: (value: unknown) => void;
}

function FaultForm({ name, input, ask, onSubmit }: FormProps): JSX.Element {
  // The list is read again and again: what is being typed stays.
  const text = JSON.stringify(input);
  const form = useMemo(() => new FormState(JSON.parse(text) as Schema), [text]);
  return <SchemaForm {...{ form, name, submit: "Begin", asked: ask.now.value, onSubmit }} />;
}

const parameters = (active: unknown): string => {
  const text = JSON.stringify(active);
  return text === "{}" || text === "true" ? "" : `: ${shortened(text, 80)}`;
};
