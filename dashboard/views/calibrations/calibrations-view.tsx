import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { bodyOf, entrySchema } from "../../calibration/entry.ts";
import type { Calibration, CalibrationState, Quantity } from "../../calibration/shapes.ts";
import { Ask } from "../../parts/ask.ts";
import { FormState } from "../../parts/schema-form/form-state.ts";
import { SchemaForm } from "../../parts/schema-form/schema-form.tsx";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { useTold } from "../../parts/use-told.ts";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";

type Named = CalibrationState & { readonly thing: string };

/** What the calibrations of the Things are worth, or of one, with those before. */
export function CalibrationsView({ rest: [thing] }: { readonly rest: readonly string[] }): JSX.Element {
  return thing === undefined ? <AllThings /> : <OneThing key={thing} thing={thing} />;
}

const looks = { valid: "good", none: "", unknown: "warn", expired: "bad", invalid: "bad" } as const;

const Validity = ({ validity }: Pick<CalibrationState, "validity">) => (
  <span class={`badge ${looks[validity]}`}>{validity}</span>
);

const stateColumns: readonly Column<Named>[] = [
  { title: "Thing", of: ({ thing }) => <a href={placeOf("calibrations", thing)}>{thing}</a> },
  { title: "State", of: ({ validity }) => <Validity validity={validity} /> },
  { title: "Found", of: ({ current }) => current && <Time at={current.at} /> },
  { title: "Holds until", of: ({ expires }) => expires !== null && <Time at={expires} /> },
  {
    title: "What to know",
    of: ({ reason, refuses }) =>
      [reason && shortened(reason, 500), refuses && "its actions are refused"].filter(Boolean).join("; "),
    as: "long",
  },
];

function AllThings(): JSX.Element {
  const told = useTold<Readonly<Record<string, CalibrationState>>>("/gateway/calibrations", {
    changed: ({ kind }) => kind === "calibration",
  });
  const { value, failed } = told.value;
  // Those that are to be looked at come first.
  const rank = ({ current, reason }: CalibrationState) => (reason !== null ? 0 : current ? 1 : 2);
  const rows = Object.entries(value ?? {}).map(([thing, one]) => ({ ...one, thing }));
  return (
    <div class="stack">
      <h1>Calibrations</h1>
      {failed && <p role="alert">{`They could not be read: ${failed}`}</p>}
      <Table
        caption="What the calibrations of the Things are worth"
        columns={stateColumns}
        rows={rows.sort((a, b) => rank(a) - rank(b))}
        keyOf={({ thing }) => thing}
        empty={value ? "There is no Thing, or none that you may see." : "Reading…"}
      />
    </div>
  );
}

const quantityText = ({ value, unit }: Quantity) => `${value} ${unit === "1" ? "" : unit}`.trim();

const recordColumns: readonly Column<Calibration>[] = [
  { title: "Found", of: ({ at }) => <Time at={at} /> },
  { title: "By", of: ({ by }) => by },
  {
    title: "Points",
    of: ({ points }) =>
      points
        .slice(0, 20)
        .map(({ name, reference, measured }) =>
          [name && `${name}:`, quantityText(reference), measured && `→ ${quantityText(measured)}`]
            .filter(Boolean)
            .join(" "),
        )
        .join("; "),
    as: "long",
  },
  {
    title: "What follows",
    of: ({ fit }) =>
      Object.entries(fit)
        .map(([name, one]) => `${name} ${quantityText(one)}`)
        .join("; "),
    as: "long",
  },
  { title: "Note", of: ({ note, incomplete }) => [incomplete, note].filter(Boolean).join("; "), as: "long" },
  {
    title: "More",
    of: ({ invocation, simulated }) => (
      <>
        {invocation !== null && <a href={placeOf("invocations", invocation)}>How it was found</a>}
        {simulated && <span class="soft"> simulated</span>}
      </>
    ),
  },
];

function OneThing({ thing }: { readonly thing: string }): JSX.Element {
  const bench = useBench();
  const path = `/gateway/calibrations/${encodeURIComponent(thing)}`;
  const told = useTold<CalibrationState>(path, {
    changed: (event) => event.kind === "calibration" && event.thing === thing,
    query: { limit: 100 },
  });
  const form = useMemo(() => new FormState(entrySchema), []);
  const ask = useMemo(() => new Ask(bench), [bench]);
  const write = async (value: unknown) => {
    if (await ask.send("POST", path, { body: bodyOf(value as object), busy: "Writing it down…" })) form.fill();
    else form.refuse(ask.now.peek().fields);
  };
  const { value, failed } = told.value;
  return (
    <div class="stack">
      <div class="row apart">
        <div class="row">
          <h1>Calibration of {bench.things.value.get(thing)?.title.value ?? thing}</h1>
          {value && <Validity validity={value.validity} />}
        </div>
        <div class="row">
          <a href={placeOf("things", thing)}>{thing}</a>
          <a href={placeOf("calibrations")}>All calibrations</a>
        </div>
      </div>
      {failed && <p role="alert">{`It could not be read: ${failed}`}</p>}
      {value?.reason && <p class={value.refuses ? "notice bad" : "notice warn"}>{shortened(value.reason, 1000)}</p>}
      {value?.expires && (
        <p>
          It holds until <Time at={value.expires} />.
        </p>
      )}
      <Table
        caption="Those that were found, the newest first"
        columns={recordColumns}
        rows={value?.records ?? []}
        keyOf={({ id }) => id}
        empty={value ? "None has been found yet." : "Reading…"}
      />
      <details class="card">
        <summary>Write one down</summary>
        <p class="soft">What somebody has found, such as what a certificate says. It counts from now on.</p>
        <SchemaForm
          form={form}
          name="Calibration"
          submit="Write it down"
          asked={ask.now.value}
          onSubmit={(entry) => void write(entry)}
        />
      </details>
    </div>
  );
}
