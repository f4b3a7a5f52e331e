/** What of the history is wanted, as the address says it and as the gateway takes it. */
export const filterNames = ["thing", "action", "status", "requestedBy", "since", "until"] as const;
export type FilterName = (typeof filterNames)[number];
export type Filter = Readonly<Partial<Record<FilterName, string>>>;

export const statuses = ["pending", "running", "completed", "cancelled", "error"] as const;

/** More of a text that somebody has put into an address is none of a filter. */
const maxLength = 200;

/** What of an address can be asked for; what cannot is left out. */
export function filterIn(query: URLSearchParams): Filter {
  const found: Partial<Record<FilterName, string>> = {};
  for (const name of filterNames) {
    const text = query.get(name)?.trim().slice(0, maxLength) ?? "";
    if (text === "") continue;
    if (name === "status" && !statuses.some((one) => one === text)) continue;
    if ((name === "since" || name === "until") && Number.isNaN(Date.parse(text))) continue;
    found[name] = text;
  }
  return found;
}

const two = (n: number) => String(n).padStart(2, "0");

/** A time as a field of a form has it, in the viewer's zone: `2026-11-21T14:03`; to the second where that has some. */
export function localTime(time: string | undefined): string {
  const date = new Date(time ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return "";
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const seconds = date.getSeconds() === 0 ? "" : `:${two(date.getSeconds())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}${seconds}`;
}

/** The other way round: RFC 3339 for the gateway; undefined for what is no time. */
export function gatewayTime(local: string): string | undefined {
  const date = new Date(local);
  return local === "" || Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** A Thing and its action of `/bench/pump/dispense`, where `/bench` is the prefix. */
export function calledIn(action: string, prefix: string): { readonly thing: string; readonly action: string } {
  const [thing = "", name = ""] = (action.startsWith(prefix) ? action.slice(prefix.length) : action)
    .slice(1)
    .split("/");
  return { thing, action: name };
}
