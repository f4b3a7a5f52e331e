import { createReadStream } from "node:fs";
import { basename, dirname } from "node:path";
import { createInterface } from "node:readline";

/** What a process did to the files of one folder, and what it answered, in order. */
export type Step =
  | { readonly kind: "create"; readonly name: string }
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "rename"; readonly name: string; readonly to: string }
  | { readonly kind: "write"; readonly name: string; readonly at: number | "end"; readonly bytes: Buffer }
  | { readonly kind: "cut"; readonly name: string; readonly size: number }
  /** Everything before `sync` that is done is on the disk with `synced`; of the folder itself when the name is empty. */
  | { readonly kind: "sync"; readonly name: string; readonly n: number }
  | { readonly kind: "synced"; readonly name: string; readonly n: number }
  | { readonly kind: "reply"; readonly text: string };

/** How strace has to be called, before the program. */
export const strace = (output: string): readonly string[] => [
  ...["-f", "-y", "-xx", "-s", "1000000", "-o", output],
  ...["-e", "trace=openat,pwrite64,write,writev,sendto,ftruncate,fsync,fdatasync,rename,renameat2,unlink,unlinkat"],
];

const hex = String.raw`"((?:\\x[0-9a-f]{2})*)"`;
const file = String.raw`\d+<([^>]*)>`;
const patterns = {
  openat: new RegExp(String.raw`^\S+, ${hex}, (\S+?)(?:, 0\d+)?$`),
  pwrite64: new RegExp(String.raw`^${file}, ${hex}, \d+, (\d+)$`),
  write: new RegExp(String.raw`^${file}, ${hex}, \d+$`),
  ftruncate: new RegExp(String.raw`^${file}, (\d+)$`),
  sync: new RegExp(`^${file}$`),
  names: new RegExp(hex, "g"),
};

/** Read what strace has written. Throws for a call that it does not understand: nothing may be left out. */
export async function readTrace(output: string, folder: string): Promise<readonly Step[]> {
  const reader = new TraceReader(folder);
  // A line holds up to a megabyte: one after the other.
  for await (const line of createInterface({
    input: createReadStream(output, "latin1"),
    crlfDelay: Number.POSITIVE_INFINITY,
  }))
    reader.take(line);
  return reader.steps;
}

class TraceReader {
  readonly steps: Step[] = [];
  readonly #folder: string;
  /** Calls that have begun, by thread. */
  readonly #begun = new Map<string, { readonly args: string; readonly n: number }>();
  readonly #known = new Set<string>();
  #calls = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  take(line: string): void {
    const [, thread = "", rest = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const resumed = /^<\.\.\. (\w+) resumed>(.*)\) += (-?\d+)/.exec(rest);
    if (resumed) {
      this.#end(resumed[1] ?? "", this.#begun.get(thread), Number(resumed[3]));
      return;
    }
    const unfinished = /^(\w+)\((.*?),? ?<unfinished \.\.\.>$/.exec(rest);
    const whole = /^(\w+)\((.*)\) += (-?\d+)/.exec(rest);
    const [, call = "", args = ""] = unfinished ?? whole ?? [];
    if (call === "") return;
    const begun = this.#begin(call, args);
    if (unfinished) this.#begun.set(thread, begun);
    else this.#end(call, begun, Number(whole?.[3]));
  }

  /** What may be on the disk from now on. */
  #begin(call: string, args: string) {
    const n = this.#calls++;
    if (call === "fsync" || call === "fdatasync") {
      const name = this.#name(patterns.sync.exec(args)?.[1]);
      if (name !== undefined) this.steps.push({ kind: "sync", name, n });
    } else if (call === "pwrite64") {
      const [, path, data = "", at = "0"] = patterns.pwrite64.exec(args) ?? [];
      const name = this.#name(path);
      if (name !== undefined) this.steps.push({ kind: "write", name, at: Number(at), bytes: bytesOf(data) });
      else if (path === undefined) throw new Error(`what is pwrite64(${args.slice(0, 200)})?`);
    } else if (call === "write" || call === "writev" || call === "sendto") this.#written(args);
    else if (call === "ftruncate") {
      const [, path, size = "0"] = patterns.ftruncate.exec(args) ?? [];
      const name = this.#name(path);
      if (name !== undefined) this.steps.push({ kind: "cut", name, size: Number(size) });
    }
    return { args, n };
  }

  /** What is done by now, if it has not failed. */
  #end(call: string, begun: { readonly args: string; readonly n: number } | undefined, result: number): void {
    if (!begun || result < 0) return;
    const { args, n } = begun;
    if (call === "fsync" || call === "fdatasync") {
      const name = this.#name(patterns.sync.exec(args)?.[1]);
      if (name !== undefined) this.steps.push({ kind: "synced", name, n });
    } else if (call === "openat") this.#opened(args);
    else if (/^(rename|unlink)/.test(call)) {
      const [name, to] = [...args.matchAll(patterns.names)].map(([, path]) => this.#name(path));
      if (name === undefined) return;
      this.#known.delete(name);
      if (call.startsWith("unlink")) this.steps.push({ kind: "remove", name });
      else if (to !== undefined) {
        this.#known.add(to);
        this.steps.push({ kind: "rename", name, to });
      }
    }
  }

  #opened(args: string): void {
    const [, path, flags = ""] = patterns.openat.exec(args) ?? [];
    const name = this.#name(path);
    if (name === undefined || !flags.includes("O_CREAT")) return;
    if (!this.#known.has(name)) this.steps.push({ kind: "create", name });
    else if (flags.includes("O_TRUNC")) this.steps.push({ kind: "cut", name, size: 0 });
    this.#known.add(name);
  }

  #written(args: string): void {
    const [, path, data = ""] = patterns.write.exec(args) ?? [];
    const name = this.#name(path);
    if (name !== undefined) this.steps.push({ kind: "write", name, at: "end", bytes: bytesOf(data) });
    else if (/^\d+<[^>]*\\x6b\\x65\\x74/.test(args)) {
      // A socket. An answer may come in several pieces of one call.
      const text = [...args.matchAll(patterns.names)].map(([, piece = ""]) => bytesOf(piece).toString("utf8")).join("");
      if (text.startsWith("HTTP/1.1")) this.steps.push({ kind: "reply", text });
    }
  }

  /** Its name in the folder, empty for the folder itself; undefined for what is elsewhere, or shared memory. */
  #name(path: string | undefined): string | undefined {
    if (path === undefined) return undefined;
    const plain = bytesOf(path)
      .toString("utf8")
      .replace(/ \(deleted\)$/, "");
    if (plain === this.#folder) return "";
    return dirname(plain) === this.#folder && !plain.endsWith("-shm") ? basename(plain) : undefined;
  }
}

const bytesOf = (escaped: string): Buffer => Buffer.from(escaped.replaceAll("\\x", ""), "hex");
