import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { BenchEvent } from "../../../src/client/events.ts";
import { useBench } from "../../bench/context.ts";
import { type Column, Table } from "../../parts/table.tsx";
import { Time } from "../../parts/time.tsx";
import { useListing } from "../../parts/use-listing.ts";
import { shortened } from "../../parts/value-text.ts";
import { place, placeOf, requery } from "../../route.ts";
import type { Noted } from "./shapes.ts";

/** Families of what is noted, as the gateway calls them. */
const families = [
  ["", "Everything"],
  ["emergency_stop", "Emergency stop"],
  ["interlock", "Interlocks"],
  ["alarm", "Alarms"],
  ["quarantine", "Things that were reset"],
  ["lease", "Leases"],
  ["action", "Actions"],
  ["property", "Properties"],
  ["prompt", "Questions"],
  ["run", "Runs"],
  ["session", "Sessions"],
  ["access", "Refusals"],
  ["mock_fault", "Simulated faults"],
  ["gateway", "The gateway"],
] as const;

const limit = 50;

const columns: readonly Column<Noted>[] = [
  { title: "When", of: ({ at }) => <Time at={at} /> },
  { title: "What", of: ({ what, times }) => `${what}${times > 1 ? ` (${times} times)` : ""}` },
  { title: "Thing", of: ({ thing }) => thing && <a href={placeOf("things", thing)}>{thing}</a> },
  { title: "Who", of: ({ by, from }) => `${shortened(by, 80)}${from === null || from === by ? "" : ` (${from})`}` },
  { title: "More", of: ({ detail }) => shortened(detail ?? "", 500), as: "long" },
];

/** What is told by events is in the trail a little later. */
const changed = ({ kind }: BenchEvent) => ["emergencyStop", "interlock", "lease", "alarm"].includes(kind);

/** Who did what to which Thing, the newest first; of what the address says. */
export function AuditTrail(): JSX.Element {
  const { things } = useBench();
  const [what, thing] = ["what", "thing"].map((name) => place.value.query.get(name) ?? "");
  const cursor = useSignal<string | undefined>(undefined);
  useEffect(() => {
    cursor.value = undefined;
  }, [what, thing, cursor]);
  const query = { limit, what: what || undefined, thing: thing || undefined, cursor: cursor.value };
  const { items, next, failed } = useListing<Noted>({ path: "/gateway/audit", query, changed }).value;
  return (
    <section class="stack tight">
      <div class="row apart">
        <h2>Audit trail</h2>
        <div class="row">
          <Choice title="Of" name="what" now={what ?? ""} all={families} />
          <Choice
            title="Thing"
            name="thing"
            now={thing ?? ""}
            all={[["", "All"], ...[...things.value.keys()].map((name) => [name, name] as const)]}
          />
        </div>
      </div>
      {failed && <p class="problem">{failed}</p>}
      <Table
        caption="Audit trail, the newest first"
        columns={columns}
        rows={items ?? []}
        keyOf={({ seq }) => seq}
        empty={items === undefined ? "Reading…" : "Nothing of that was noted."}
      />
      <div class="row">
        {cursor.value !== undefined && (
          <button
            type="button"
            onClick={() => {
              cursor.value = undefined;
            }}
          >
            The newest
          </button>
        )}
        {next !== undefined && (
          <button
            type="button"
            onClick={() => {
              cursor.value = next;
            }}
          >
            Older
          </button>
        )}
      </div>
    </section>
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly name: string;
  readonly now: string;
  readonly all: readonly (readonly [value: string, title: string])[];
}

const Choice = ({ title, name, now, all }: ChoiceProps) => (
  <label class="row">
    {title}
    <select value={now} onChange={({ currentTarget }) => requery({ [name]: currentTarget.value })}>
      {all.map(([value, text]) => (
        <option key={value} value={value}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
