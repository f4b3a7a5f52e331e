import { refuseNobody } from "../access/identify.ts";
import { notFound } from "../answer.ts";
import { namesTag } from "../blobs/range.ts";
import { fileParams } from "../query.ts";
import type { App } from "../view.ts";
import type { Dashboard } from "./dashboard-files.ts";
import { filesAt, shellPolicy, shellWith } from "./shell.ts";

interface Options {
  readonly dashboard: Dashboard | undefined;
  readonly stopByForm: boolean;
}

/** `/` and what it loads: the dashboard, for whoever has just typed the address. It asks for a token where one is needed. */
export function dashboard(app: App, { dashboard, stopByForm }: Options): void {
  const shell = shellWith({ dashboard, stopByForm });
  app.get(
    "/",
    {
      config: { scope: "read", over: "visible", withoutToken: true },
      schema: { summary: "The dashboard, as a page" },
    },
    async (request, reply) => {
      // A wrong token is as wrong here as anywhere.
      if (request.headers.authorization !== undefined && !request.principal.maySomewhere("read"))
        return refuseNobody(request, reply);
      return (
        reply
          .header("content-security-policy", shellPolicy)
          // With none at all a browser takes the page's own form for that of nobody (`Origin: null`).
          .header("referrer-policy", "same-origin")
          .header("cache-control", "no-cache")
          .type("text/html; charset=utf-8")
          .send(shell)
      );
    },
  );

  app.get(
    `${filesAt}/:file`,
    {
      config: { scope: "read", over: "visible", withoutToken: true },
      schema: { summary: "What the dashboard loads", params: fileParams },
    },
    async (request, reply) => {
      const file = dashboard?.files.get(request.params.file);
      if (!file) return notFound(reply);
      // Its name changes with its content.
      reply.header("cache-control", "public, max-age=31536000, immutable").header("etag", file.etag);
      reply.header("vary", "accept-encoding").type(file.type);
      if (namesTag(request.headers["if-none-match"], file.etag)) return reply.code(304).send();
      return unpacks(request.headers["accept-encoding"])
        ? reply.header("content-encoding", "gzip").send(file.gzipped)
        : reply.send(file.bytes);
    },
  );
}

/** Whether a client takes what is packed with gzip; one that rates it 0 does not. */
function unpacks(encodings: string | readonly string[] | undefined): boolean {
  const named = /(?:^|,)\s*gzip\s*(?:;\s*q=([\d.]+)\s*)?(?:,|$)/i.exec(String(encodings ?? ""));
  return named !== null && Number(named[1] ?? 1) > 0;
}
