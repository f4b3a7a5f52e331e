import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";

/** One of the files that the dashboard is made of. */
export interface DashboardFile {
  readonly type: string;
  readonly bytes: Buffer;
  /** Packed when somebody first asks for it so. */
  readonly gzipped: Buffer;
  readonly etag: string;
}

/** The dashboard as it was built: what a browser loads, and which of it first. */
export interface Dashboard {
  readonly files: ReadonlyMap<string, DashboardFile>;
  readonly script: string;
  readonly style: string;
  /** What stands for it in a tab, until the script says otherwise. */
  readonly icon: string;
}

const types: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Undefined where it was not built: from sources benchd serves all but its pages. */
export function readDashboard(folder: string): Dashboard | undefined {
  const names = filesIn(folder).filter((name) => Object.hasOwn(types, extname(name)));
  const first = (start: string, end: string) =>
    names.find((name) => name.startsWith(`${start}-`) && name.endsWith(end));
  const [script, style, icon] = [first("main", ".js"), first("main", ".css"), first("bench", ".svg")];
  if (script === undefined || style === undefined || icon === undefined) return undefined;
  return { script, style, icon, files: new Map(names.map((name) => [name, fileOf(join(folder, name))])) };
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function fileOf(path: string): DashboardFile {
  const bytes = readFileSync(path);
  const etag = `"${createHash("sha256").update(bytes).digest("base64url").slice(0, 22)}"`;
  let packed: Buffer | undefined;
  return {
    ...{ type: types[extname(path)] ?? "", bytes, etag },
    get gzipped() {
      packed ??= gzipSync(bytes, { level: 9 });
      return packed;
    },
  };
}
