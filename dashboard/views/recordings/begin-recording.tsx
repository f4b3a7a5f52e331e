import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { Ask } from "../../parts/ask.ts";
import { Picker } from "../../parts/picker.tsx";
import { useDescriptions } from "../../parts/use-descriptions.ts";
import { unitOf } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";
import type { Recording } from "./shapes.ts";

/** As the gateway takes. */
const mostProperties = 100;
const units = { s: 1000, min: 60_000, h: 3_600_000 } as const;
type Unit = keyof typeof units;
const isUnit = (text: unknown): text is Unit => typeof text === "string" && Object.hasOwn(units, text);

/** What of which Things is to be written down, when, and for how long. */
export function BeginRecording(): JSX.Element {
  const bench = useBench();
  const { all, failed } = useDescriptions();
  const choices = useMemo(() => choicesOf(all ?? {}), [all]);
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const onChange = useSignal(false);
  const ask = useMemo(() => new Ask(bench), [bench]);
  const { state, words, fields } = ask.now.value;
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const body = {
      name: String(form.get("name")),
      properties: [...chosen.value],
      ...(onChange.value ? { onChange: true } : { everyMs: ms(form, "every") }),
      ...(form.get("for") && { forMs: ms(form, "for") }),
    };
    const answer = await ask.send("POST", "/gateway/recordings", { body, busy: "Beginning…" });
    if (answer) window.location.hash = placeOf("recordings", (answer.body as Recording).id);
  };
  if (failed) return <p role="alert">{failed}</p>;
  return (
    <form class="stack tight" onSubmit={(event) => void submit(event)}>
      <div class="row">
        <label class="field">
          Name
          <input name="name" required maxLength={100} pattern="[A-Za-z0-9 ._\-]+" placeholder="titration" />
        </label>
        <fieldset class="row">
          <legend>A row</legend>
          <label class="tick">
            <input
              type="radio"
              name="when"
              checked={!onChange.value}
              onChange={() => {
                onChange.value = false;
              }}
            />
            every
          </label>
          <Length name="every" label="Every" value="2" unit="s" disabled={onChange.value} required />
          <label class="tick">
            <input
              type="radio"
              name="when"
              checked={onChange.value}
              onChange={() => {
                onChange.value = true;
              }}
            />
            for each change
          </label>
        </fieldset>
        <fieldset class="row">
          <legend>Until it is stopped, or for</legend>
          <Length name="for" label="For how long" value="" unit="h" />
        </fieldset>
      </div>
      <fieldset>
        <legend>
          What <span class="soft">({chosen.value.size} chosen)</span>
        </legend>
        <Picker
          {...{ choices, chosen: chosen.value, most: mostProperties }}
          onChoose={(key, wanted) => {
            const next = new Set(chosen.value);
            if (wanted) next.add(key);
            else next.delete(key);
            chosen.value = next;
          }}
        />
      </fieldset>
      <div class="row">
        <button type="submit" class="primary" disabled={chosen.value.size === 0 || state === "busy"}>
          Begin recording
        </button>
        <span role="status" class={state === "refused" || state === "unknown" ? "problem" : "hint"}>
          {[
            chosen.value.size === 0 ? "Choose what is to be written down." : words,
            ...[...fields].map(([field, why]) => `${field.slice(1)}: ${why}`),
          ].join(" ")}
        </span>
      </div>
    </form>
  );
}

interface LengthProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly unit: Unit;
  readonly disabled?: boolean;
  readonly required?: boolean;
}

/** So many seconds, minutes or hours. */
function Length({ name, label, value, unit, disabled = false, required = false }: LengthProps): JSX.Element {
  return (
    <span class="row length">
      <input
        {...{ name, disabled, required, "aria-label": label, defaultValue: value }}
        type="number"
        min="0.01"
        step="any"
        inputMode="decimal"
      />
      <select name={`${name}Unit`} aria-label={`${label}, unit`} disabled={disabled} defaultValue={unit}>
        {Object.keys(units).map((one) => (
          <option key={one} value={one} selected={one === unit}>
            {one}
          </option>
        ))}
      </select>
    </span>
  );
}

function ms(form: FormData, name: string): number {
  const unit = form.get(`${name}Unit`);
  return Math.round(Number(form.get(name)) * units[isUnit(unit) ? unit : "s"]);
}

/** Properties as a whole, as a recording takes them. */
const choicesOf = (all: NonNullable<ReturnType<typeof useDescriptions>["all"]>) =>
  Object.entries(all).flatMap(([thing, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, { writeOnly }]) => !writeOnly)
      .map(([name, schema]) => ({
        ...{ key: `${thing}.${name}`, thing, title: schema.title ?? name, unit: unitOf(schema) },
      })),
  );
