import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { refusalOf } from "../../bench/load.ts";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
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
    title: "",
    of: ({ unreadable }) => unreadable && <span class="problem">{unreadable.slice(0, 200)}</span>,
    as: "long",
  },
];

/** The stored procedures, and a way to store one more. */
export function Library(): JSX.Element {
  const { connection, about } = useBench();
  const all = useSignal<readonly Procedure[] | undefined>(undefined);
  const problem = useSignal("");
  const read = () =>
    connection.get("/gateway/procedures").then(
      (told) => {
        all.value = Object.values(told as Readonly<Record<string, Procedure>>);
        problem.value = "";
      },
      (error) => {
        problem.value = refusalOf(error);
      },
    );
  useEffect(() => void read(), [about.value]);
  return (
    <section class="stack tight" aria-label="Library">
      <h2>Procedures</h2>
      {problem.value && <p role="alert">{`They could not be read: ${problem.value}`}</p>}
      <Table
        caption="Stored procedures"
        columns={columns}
        rows={all.value ?? []}
        keyOf={({ name }) => name}
        empty={all.value ? "None is stored yet: choose a file with one." : "Reading…"}
      />
      <Upload onStored={() => void read()} />
    </section>
  );
}
