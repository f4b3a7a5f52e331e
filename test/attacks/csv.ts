/** Reads CSV as RFC 4180 says; throws for what it does not allow. */
export function readCsv(text: string): readonly (readonly string[])[] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
    cell.lastIndex = at;
    const [whole, quoted, bare = "", end] = cell.exec(text) ?? [];
    if (whole === undefined) throw new Error(`no CSV from ${JSON.stringify(text.slice(at, at + 100))} on`);
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? bare);
    at += whole.length;
    if (end === "\r\n") rows.push([]);
  }
  rows.pop();
  return rows;
}
