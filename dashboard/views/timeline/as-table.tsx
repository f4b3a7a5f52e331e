import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { later } from "../../parts/later.tsx";
import type { Looking } from "./looking.ts";

/** Few want it. */
const TableRows = later(async () => (await import("./table-rows.tsx")).TableRows);

/** The same as the picture, for who does not see it. */
export function AsTable({ looking }: { readonly looking: Looking }): JSX.Element {
  const open = useSignal(false);
  return (
    <details
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>As a table</summary>
      {open.value && <TableRows looking={looking} />}
    </details>
  );
}
