import { rawRefusal } from "./raw-answer.ts";
import type { App } from "./view.ts";

const detail = "The header Expect may ask for 100-continue, and for nothing else.";

/** What somebody expects that is nothing to be had: Node would refuse it without a word. */
export function refuseExpectations(app: App): void {
  app.server.on("checkExpectation", (_, response) => {
    const { headers, body } = rawRefusal(detail);
    response.writeHead(417, headers).end(body);
  });
}
