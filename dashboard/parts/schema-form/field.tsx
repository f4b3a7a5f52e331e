import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { pointerPart } from "./check.ts";
import { Described } from "./described.tsx";
import { type Draft, draftOf, empty } from "./draft.ts";
import { type FieldProps, titleOf } from "./field-props.ts";
import { type Kind, kindOf } from "./kind.ts";
import { Simple } from "./simple.tsx";

/** A field for a schema, with what is below it. */
export function Field(props: FieldProps): JSX.Element {
  const kind = kindOf(props.schema);
  switch (kind.kind) {
    case "object":
      return <Group {...props} inner={<Members {...props} kind={kind} />} />;
    case "tuple":
    case "list":
      return <Group {...props} inner={<Items {...props} kind={kind} />} />;
    case "options":
      return <Options {...props} kind={kind} />;
    default:
      return <Simple {...props} kind={kind} />;
  }
}

/** Fields that belong together; all of them may be left out where nothing is needed. */
function Group({ inner, ...props }: FieldProps & { readonly inner: JSX.Element }): JSX.Element {
  const { schema, name, draft, needed, at, form, onDraft } = props;
  const id = useId();
  const problem = form.problem(at);
  const given = needed || draft.given;
  // The form itself has a heading.
  if (at === "")
    return (
      <>
        {inner}
        <Described id={id} schema={{}} problem={problem} />
      </>
    );
  return (
    <fieldset aria-describedby={id}>
      <legend>{titleOf(schema, name)}</legend>
      <div class="stack tight">
        {!needed && (
          <label class="tick">
            <input
              type="checkbox"
              checked={draft.given}
              onInput={(event) => onDraft({ ...draft, given: event.currentTarget.checked }, at)}
            />
            Give this
          </label>
        )}
        <Described id={id} schema={schema} problem={problem} />
        {given && inner}
      </div>
    </fieldset>
  );
}

type Of<K extends Kind["kind"]> = FieldProps & { readonly kind: Extract<Kind, { kind: K }> };

const withPart = (draft: Draft, n: number, part: Draft, size = 0): Draft => {
  const parts = [...draft.parts];
  while (parts.length < size) parts.push(empty);
  parts[n] = part;
  return { ...draft, parts };
};

function Members({ draft, at, form, onDraft, kind: { members } }: Of<"object">): JSX.Element {
  return (
    <div class="fields">
      {members.map(({ name, schema, needed }, n) => (
        <Field
          {...{ name, schema, needed, form }}
          key={name}
          at={`${at}/${pointerPart(name)}`}
          draft={draft.parts[n] ?? empty}
          onDraft={(part, where) => onDraft(withPart(draft, n, part, members.length), where)}
        />
      ))}
    </div>
  );
}

function Items({ schema, draft, at, form, onDraft, kind }: Of<"tuple" | "list">): JSX.Element {
  const items = kind.kind === "tuple" ? kind.items : draft.parts.map(() => kind.item);
  const changes = kind.kind === "list" ? kind : { least: items.length, most: items.length };
  const put = (parts: readonly Draft[]) => onDraft({ ...draft, parts }, at);
  return (
    <>
      <div class="fields">
        {items.map((item, n) => (
          <div class="item" key={n}>
            <Field
              {...{ form, needed: true }}
              schema={schema.items === item ? { ...item, title: item.title ?? `${n + 1}` } : item}
              name={`${n + 1}`}
              at={`${at}/${n}`}
              draft={draft.parts[n] ?? empty}
              onDraft={(part, where) => onDraft(withPart(draft, n, part, items.length), where)}
            />
            {items.length > changes.least && (
              <button type="button" class="quiet" onClick={() => put(draft.parts.toSpliced(n, 1))}>
                Remove <span class="unseen">{n + 1}</span>
              </button>
            )}
          </div>
        ))}
      </div>
      {kind.kind === "list" && items.length < changes.most && (
        <button type="button" onClick={() => put([...draft.parts, draftOf(kind.item)])}>
          Add one
        </button>
      )}
    </>
  );
}

function Options({ kind, ...props }: Of<"options">): JSX.Element {
  const { schema, name, draft, needed, at, form, onDraft } = props;
  const id = useId();
  const problem = form.problem(at);
  const chosen = kind.options[draft.chosen];
  const below = chosen && kindOf(chosen);
  return (
    <div class="field">
      <label for={`${id}s`}>{titleOf(schema, name)}</label>
      <div class="row">
        <select
          id={`${id}s`}
          value={String(draft.chosen)}
          aria-describedby={id}
          aria-invalid={problem !== undefined && chosen === undefined}
          onInput={(event) => onDraft({ ...draft, chosen: Number(event.currentTarget.value) }, at)}
          onBlur={() => form.leave(at)}
        >
          <option value="-1">{needed ? "choose…" : "not given"}</option>
          {kind.labels.map((label, n) => (
            <option key={label} value={String(n)}>
              {label}
            </option>
          ))}
        </select>
        {chosen && !(below?.kind === "choice" && below.values.length === 1) && (
          <Field
            {...{ schema: chosen, name, at, form, needed: true }}
            key={draft.chosen}
            draft={draft.parts[draft.chosen] ?? empty}
            onDraft={(part, where) => onDraft(withPart(draft, draft.chosen, part, kind.options.length), where)}
          />
        )}
      </div>
      <Described id={id} schema={schema} problem={chosen ? undefined : problem} />
    </div>
  );
}
