import { vi } from "vitest";

/** node-wot, without what its validator says while it is loaded: which format it does not know, once for each schema. */
export async function loadNodeWot() {
  const silenced = vi.spyOn(console, "warn").mockImplementation(() => {});
  try {
    const { Servient } = await import("@node-wot/core");
    const { HttpClientFactory } = await import("@node-wot/binding-http");
    return { Servient, HttpClientFactory };
  } finally {
    silenced.mockRestore();
  }
}
