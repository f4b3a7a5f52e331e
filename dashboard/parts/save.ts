import type { Connection } from "../../src/client/connection.ts";
import { BenchError } from "../../src/client/errors.ts";

/** More is not gathered in the memory of a browser that cannot write to a file as it comes; bytes. */
const maxGathered = 256 * 1024 * 1024;

interface Wanted {
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  /** What the file is to be called. */
  readonly name: string;
  readonly signal: AbortSignal;
  /** How much has come by now; bytes. */
  readonly onBytes: (bytes: number) => void;
}

/**
 * Saves what the gateway sends, where a link cannot: it would send no session. As it comes, where the browser lets a page
 * write to a file, else gathered first. Throws the client's errors; `AbortError` where nobody wants the file after all.
 */
export async function save(connection: Connection, { path, query = {}, name, signal, onBytes }: Wanted): Promise<void> {
  // To be asked for while the button is still being pressed.
  const file = await pickFile(name);
  const { body } = await connection.open(path, { query, signal });
  let bytes = 0;
  const counted = (body ?? new Blob([]).stream()).pipeThrough(
    new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(piece, next) {
        bytes += piece.length;
        if (!file && bytes > maxGathered) throw new BenchError(tooLarge);
        onBytes(bytes);
        next.enqueue(piece);
      },
    }),
  );
  if (file) await counted.pipeTo(await file.createWritable(), { signal });
  else saveBlob(await new Response(counted).blob(), name);
}

const tooLarge = `This browser would have to hold more than ${maxGathered / 1024 / 1024} MB: take another one, or curl.`;

/** Hands a file that is there already to whoever looks at the page. */
export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

interface FileHandle {
  createWritable(): Promise<WritableStream<Uint8Array>>;
}

type Picking = (options: { readonly suggestedName: string }) => Promise<FileHandle>;

/** Undefined where the browser knows no such thing. */
async function pickFile(suggestedName: string): Promise<FileHandle | undefined> {
  const pick = Reflect.get(window, "showSaveFilePicker") as Picking | undefined;
  return pick?.call(window, { suggestedName });
}
