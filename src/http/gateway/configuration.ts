import { sendTagged, tagOfText } from "../tagged.ts";
import type { App, View } from "../view.ts";

/** `/gateway/configuration`: what holds, and who says so; without secrets. */
export function configuration(app: App, { gateway }: View): void {
  app.get(
    "/gateway/configuration",
    {
      config: { scope: "configure", over: "bench" },
      schema: {
        summary: "The configuration as it holds, and what of it is from the file; without what would let somebody in",
      },
    },
    async (_, reply) => {
      const text = JSON.stringify({ file: gateway.config.file, settings: gateway.settings() });
      return sendTagged(reply, { etag: tagOfText(text), text: () => text });
    },
  );
}
