import type { JSX } from "preact";
import { Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { shortened } from "../../parts/value-text.ts";
import type { AlarmTold } from "./shapes.ts";
import { useTold } from "./use-told.ts";

type Row = readonly [name: string, alarm: AlarmTold];

const columns = [
  { title: "Alarm", of: ([name, { title }]: Row) => shortened(title ?? name, 100), as: "long" as const },
  {
    title: "State",
    of: ([, { raised, unknown }]: Row) => {
      if (raised) return <span class="badge bad">raised</span>;
      return unknown === null ? <span class="badge good">quiet</span> : <span class="badge warn">nobody knows</span>;
    },
  },
  { title: "Since", of: ([, { raised, since }]: Row) => raised && since !== null && <Time at={since} /> },
  {
    title: "Why",
    of: ([, { reason, unknown }]: Row) => shortened([reason, unknown].filter(Boolean).join("; "), 500),
    as: "long" as const,
  },
  {
    title: "People",
    of: ([, { notify }]: Row) =>
      Object.entries(notify).map(([notifier, { owed, error }]) => (
        <p key={notifier}>
          {notifier}: {owed ? "still to be told" : "told"}
          {error !== null && <span class="problem">, {shortened(error, 200)}</span>}
        </p>
      )),
    as: "long" as const,
  },
];

/** Each alarm: whether it is raised, since when, and whether people have been told. */
export function Alarms(): JSX.Element {
  const [told] = useTold<Readonly<Record<string, AlarmTold>>>("/gateway/alarms", "alarm");
  const { value, failed } = told.value;
  return (
    <section class="stack tight">
      <h2>Alarms</h2>
      {failed && <p class="problem">{failed}</p>}
      <Table
        caption="Alarms"
        columns={columns}
        rows={Object.entries(value ?? {})}
        keyOf={([name]) => name}
        empty={value === undefined ? "Reading…" : "There is none, or none that you may see."}
      />
    </section>
  );
}
