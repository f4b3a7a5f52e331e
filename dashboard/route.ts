import { signal } from "@preact/signals";

/** Where somebody is in the dashboard: what stands behind # in the address, so that going back and reloading work. */
export interface Place {
  /** `["things", "pump"]` for `#/things/pump`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

const read = (): Place => {
  const [path = "", query = ""] = window.location.hash.replace(/^#\/?/, "").split("?");
  return { path: path.split("/").filter(Boolean).map(decoded), query: new URLSearchParams(query) };
};

/** A broken escape stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export const place = signal(read());
window.addEventListener("hashchange", () => {
  place.value = read();
});

/** The address of a place: `placeOf("things", "pump")`. */
export const placeOf = (...path: readonly string[]) => `#/${path.map(encodeURIComponent).join("/")}`;

/** Where somebody is, said otherwise in its query; going back does not go through each of these. */
export function requery(query: Readonly<Record<string, string | undefined>>): void {
  const all = new URLSearchParams(place.value.query);
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === "") all.delete(name);
    else all.set(name, value);
  }
  const text = all.toString();
  window.history.replaceState(null, "", `${placeOf(...place.value.path)}${text && `?${text}`}`);
  place.value = read();
}
