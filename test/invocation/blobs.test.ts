import { expect, test } from "vitest";
import { blob } from "../../src/ambient.ts";
import { noBlobs } from "../../src/invocation/blobs.ts";
import { testScheduler } from "./fixture.ts";

test("where nothing keeps blobs an action that makes one fails, and says why", async () => {
  const { clock, thing } = testScheduler();
  const making = thing("camera").request("snapshot", () => blob(new Uint8Array(1), { mediaType: "a/b" }));
  await clock.until(making.ended);
  expect([making.status, making.error?.message]).toEqual(["error", "nothing keeps blobs here"]);
  expect(noBlobs.find("00000000-0000-4000-8000-000000000000")).toBeUndefined();
});
