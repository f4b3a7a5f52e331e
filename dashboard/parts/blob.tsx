import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { useBench } from "../bench/context.ts";
import { refusalOf } from "../bench/load.ts";
import { type BlobLink, isPicture } from "./invocation/blobs.ts";
import { shortened } from "./value-text.ts";

/** What an output leads to: pictures are shown, all of it can be saved. */
export function Blob({ link }: { readonly link: BlobLink }): JSX.Element {
  const { connection } = useBench();
  const said = useSignal("");
  const save = async () => {
    said.value = "Fetching it…";
    try {
      const address = URL.createObjectURL(await (await connection.open(link.path)).blob());
      const anchor = document.createElement("a");
      anchor.href = address;
      anchor.download = `${link.path.split("/").at(-1)?.slice(0, 8)}.${link.type.split("/").at(-1)?.replaceAll(/\W/g, "")}`;
      anchor.click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
      said.value = "";
    } catch (error) {
      said.value = refusalOf(error);
    }
  };
  return (
    <figure class="blob">
      {isPicture(link) && <Picture link={link} />}
      <figcaption class="row small">
        {link.name} <span class="soft">{shortened(link.type, 80)}</span>
        {link.size !== undefined && <span class="soft">{bytesText(link.size)}</span>}
        <button type="button" class="quiet" onClick={() => void save()}>
          Save
        </button>
        <span role="status">{said}</span>
      </figcaption>
    </figure>
  );
}

function Picture({ link: { path, name } }: { readonly link: BlobLink }): JSX.Element {
  const { connection } = useBench();
  const shown = useSignal<string | undefined>(undefined);
  const failed = useSignal("");
  useEffect(() => {
    const leaving = new AbortController();
    let address: string | undefined;
    connection
      .open(path, { signal: leaving.signal })
      .then(async (response) => {
        const blob = await response.blob();
        if (leaving.signal.aborted) return;
        address = URL.createObjectURL(blob);
        shown.value = address;
      })
      .catch((error: unknown) => {
        if (!leaving.signal.aborted) failed.value = refusalOf(error);
      });
    return () => {
      leaving.abort();
      if (address !== undefined) URL.revokeObjectURL(address);
    };
  }, [connection, path]);
  if (failed.value) return <p class="problem small">The picture could not be fetched: {failed}</p>;
  return shown.value === undefined ? (
    <p class="soft">Fetching the picture…</p>
  ) : (
    <img src={shown.value} alt={name || "Output"} />
  );
}

const bytesText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
