import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useBench } from "../../bench/context.ts";
import { may } from "../../bench/may.ts";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { useTold } from "../../parts/use-told.ts";
import { shortened } from "../../parts/value-text.ts";
import { placeOf } from "../../route.ts";
import type { Procedure } from "../../runs/shapes.ts";
import { Upload } from "./upload.tsx";

const columns: readonly Column<Procedure>[] = [
  {
    title: "Procedure",
    of: ({ name, title }) => <a href={placeOf("procedures", name)}>{title || name}</a>,
    as: "long",
  },
  { title: "Name", of: ({ name }) => name },
  { title: "Version", of: ({ version }) => version, as: "number" },
  { title: "Things", of: ({ things }) => things.slice(0, 20).join(", "), as: "long" },
  { title: "Stored", of: ({ storedAt }) => <Time at={storedAt} /> },
  {
    title: "Trouble",
    of: ({ unreadable }) => unreadable && <span class="problem">{shortened(unreadable, 200)}</span>,
    as: "long",
  },
];

/** The stored procedures, and a way to store one more. */
export function Library(): JSX.Element {
  const { about } = useBench();
  const mayStore = may(about.value, "configure");
  const asked = useSignal(0);
  const told = useTold<Readonly<Record<string, Procedure>>>("/gateway/procedures", { again: asked.value });
  const { value, failed } = told.value;
  return (
    <section class="stack tight" aria-label="Library">
      <h2>Procedures</h2>
      {failed && <p role="alert">{`They could not be read: ${failed}`}</p>}
      <Table
        caption="Stored procedures"
        columns={columns}
        rows={Object.values(value ?? {})}
        keyOf={({ name }) => name}
        empty={value ? `None is stored yet${mayStore ? ": choose a file with one" : ""}.` : "Reading…"}
      />
      {mayStore ? (
        <Upload onStored={() => asked.value++} />
      ) : (
        <p class="soft">To store one, a token for configure is needed.</p>
      )}
    </section>
  );
}
