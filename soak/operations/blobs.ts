import { blobsOf } from "../../src/blob.ts";
import type { Dice } from "../dice.ts";
import type { Stand } from "../stand.ts";
import type { Operation } from "../step.ts";

const nobodys = { "benchd:blob": "00000000-0000-4000-8000-000000000000", media_type: "text/plain" };

/** A blob that an invocation has told of; now and then one that there never was. */
async function someBlob(stand: Stand, dice: Dice) {
  const told = await stand.gateway.invocations.list({ status: "completed", limit: 50 });
  const blobs = told.flatMap(({ output }) => blobsOf(output));
  return blobs.length === 0 || dice.odds(0.05) ? nobodys : dice.one(blobs);
}

/** Who makes, fetches and hands on what is no JSON. */
export const blobs: readonly Operation[] = [
  {
    name: "make a blob",
    weight: 1,
    async act(stand, dice) {
      const url = dice.one(["/camera/snapshot", "/camera/grab_jpeg", "/counter/make_blob"]);
      await stand.send({ method: "POST", url });
      return `POST ${url}`;
    },
  },
  {
    name: "fetch a blob",
    weight: 1,
    async act(stand, dice) {
      const url = `/blob/${(await someBlob(stand, dice))["benchd:blob"]}`;
      await stand.send({ method: "GET", url });
      return `GET ${url}`;
    },
  },
  {
    name: "hand on a blob",
    weight: 1,
    async act(stand, dice) {
      const { "benchd:blob": id, media_type } = await someBlob(stand, dice);
      await stand.send({
        method: "POST",
        url: "/counter/read_blob",
        body: { blob: { href: `/blob/${id}`, media_type } },
      });
      return `POST /counter/read_blob ${id}`;
    },
  },
];
