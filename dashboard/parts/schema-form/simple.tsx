import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { unitText } from "../unit-text.ts";
import { Described } from "./described.tsx";
import { type FieldProps, titleOf } from "./field-props.ts";
import type { Kind } from "./kind.ts";

type Props = FieldProps & { readonly kind: Extract<Kind, { kind: "number" | "text" | "json" | "choice" }> };

/** So many choices, with words so short, are all shown at once. */
const maxRadios = 4;
const maxRadioText = 30;

/** A field of its own: typed, or chosen. */
export function Simple(props: Props): JSX.Element {
  const { schema, name, needed, at, form, kind } = props;
  const id = useId();
  const problem = form.problem(at);
  const title = titleOf(schema, name);
  const described = <Described id={`${id}d`} schema={schema} problem={problem} optional={!needed} />;
  const control = { ...props, id, invalid: problem !== undefined };
  if (kind.kind === "choice" && asRadios(kind, needed || "default" in schema))
    return (
      <fieldset class="radios" aria-describedby={`${id}d`}>
        <legend>{title}</legend>
        <Radios {...control} kind={kind} />
        {described}
      </fieldset>
    );
  return (
    <div class="field">
      <label for={id}>{title}</label>
      {kind.kind === "choice" ? <Select {...control} kind={kind} /> : <Typed {...control} kind={kind} />}
      {described}
    </div>
  );
}

type Control<K extends Kind["kind"]> = FieldProps & {
  readonly kind: Extract<Kind, { kind: K }>;
  readonly id: string;
  readonly invalid: boolean;
};

function asRadios({ labels }: Extract<Kind, { kind: "choice" }>, needed: boolean): boolean {
  return needed && labels.length <= maxRadios && labels.every(({ length }) => length <= maxRadioText);
}

function Radios({ kind: { labels }, draft, at, form, onDraft, id, invalid }: Control<"choice">): JSX.Element {
  return (
    <div class="row">
      {labels.map((label, n) => (
        <label class="tick" key={label}>
          <input
            type="radio"
            name={id}
            checked={draft.chosen === n}
            aria-invalid={invalid}
            onInput={() => onDraft({ ...draft, chosen: n, given: true }, at)}
            onBlur={() => form.leave(at)}
          />
          {label}
        </label>
      ))}
    </div>
  );
}

function Select({ kind: { labels }, draft, needed, at, form, onDraft, id, invalid }: Control<"choice">): JSX.Element {
  return (
    <select
      id={id}
      value={String(draft.chosen)}
      aria-describedby={`${id}d`}
      aria-invalid={invalid}
      onInput={(event) => onDraft({ ...draft, chosen: Number(event.currentTarget.value), given: true }, at)}
      onBlur={() => form.leave(at)}
    >
      <option value="-1">{needed ? "choose…" : "not given"}</option>
      {labels.map((label, n) => (
        <option key={label} value={String(n)}>
          {label}
        </option>
      ))}
    </select>
  );
}

function Typed(props: Control<"number" | "text" | "json">): JSX.Element {
  const { kind, schema, draft, at, form, onDraft, id, invalid } = props;
  const shared = {
    ...{ id, value: draft.text, autocomplete: "off", spellcheck: false },
    ...{ "aria-describedby": `${id}d`, "aria-invalid": invalid },
    onInput: ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
      onDraft({ ...draft, text: currentTarget.value, given: true }, at),
    onBlur: () => form.leave(at),
  } as const;
  if (kind.kind === "json") return <textarea {...shared} rows={4} class="json" />;
  if (kind.kind === "text") return <input {...shared} type="text" />;
  const unit = unitText(schema.unit);
  // A phone's keys for numbers may have no sign.
  const positive = (schema.minimum ?? schema.exclusiveMinimum ?? -1) >= 0;
  return (
    <div class="with-unit">
      <input {...shared} type="text" inputMode={positive ? "decimal" : "text"} class="number" />
      {unit !== "" && <span class="unit">{unit}</span>}
    </div>
  );
}
