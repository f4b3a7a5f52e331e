/** Where a list goes on: the cursor of its `Link` header with `rel="next"`; undefined at the end. */
export function nextCursor(headers: Headers): string | undefined {
  const next = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(headers.get("link") ?? "")?.[1] ?? "";
  return new URLSearchParams(/\?([^#]*)/.exec(next)?.[1]).get("cursor") ?? undefined;
}
