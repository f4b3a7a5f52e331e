import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { useBench } from "../../bench/context.ts";
import { useDescriptions } from "../../parts/use-descriptions.ts";
import { requery } from "../../route.ts";
import { type Filter, gatewayTime, localTime, statuses } from "./filter.ts";

const words: Readonly<Record<string, string>> = { pending: "waiting", error: "failed" };

/** What of the history is wanted. It stands in the address: a link leads to the same. */
export function Filters({ filter }: { readonly filter: Filter }): JSX.Element {
  const { things } = useBench();
  const { all } = useDescriptions();
  const actions = useMemo(() => {
    const of = filter.thing === undefined ? Object.values(all ?? {}) : [all?.[filter.thing]];
    return [...new Set(of.flatMap((one) => Object.keys(one?.actions ?? {})))].sort().slice(0, 500);
  }, [all, filter.thing]);
  // Another question begins with its newest entries.
  const ask = (query: Readonly<Record<string, string | undefined>>) => requery({ ...query, from: undefined });
  return (
    <form class="row filters" onSubmit={(event) => event.preventDefault()} aria-label="What is shown">
      <label class="field">
        Thing
        <select value={filter.thing ?? ""} onChange={(event) => ask({ thing: event.currentTarget.value })}>
          <option value="">all</option>
          {[...new Set([...things.value.keys(), "gateway", filter.thing ?? "gateway"])].map((name) => (
            <option key={name} value={name} selected={name === filter.thing}>
              {name === "gateway" ? "runs" : name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Action
        <input
          list="history-actions"
          value={filter.action ?? ""}
          placeholder="any"
          onChange={(event) => ask({ action: event.currentTarget.value })}
        />
      </label>
      <datalist id="history-actions">
        {actions.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label class="field">
        How it ended
        <select value={filter.status ?? ""} onChange={(event) => ask({ status: event.currentTarget.value })}>
          <option value="">in any way</option>
          {statuses.map((status) => (
            <option key={status} value={status} selected={status === filter.status}>
              {words[status] ?? status}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        Asked for by
        <input
          value={filter.requestedBy ?? ""}
          placeholder="anybody"
          onChange={(event) => ask({ requestedBy: event.currentTarget.value })}
        />
      </label>
      {(["since", "until"] as const).map((name) => (
        <label key={name} class="field">
          {name === "since" ? "Since" : "Until"}
          <input
            type="datetime-local"
            value={localTime(filter[name])}
            onChange={(event) => ask({ [name]: gatewayTime(event.currentTarget.value) })}
          />
        </label>
      ))}
      {Object.keys(filter).length > 0 && (
        <button
          type="button"
          class="quiet"
          onClick={() => ask(Object.fromEntries(Object.keys(filter).map((name) => [name, undefined])))}
        >
          Everything
        </button>
      )}
    </form>
  );
}
