import { Html, html } from "../gateway/html.ts";
import type { Dashboard } from "./dashboard-files.ts";
import { policyOf } from "./policy.ts";

/** Where the files of the dashboard are. */
export const filesAt = "/gateway/dashboard";

/** What the page may do: load from this gateway, ask this gateway; and make no HTML of any text, whoever has written that. */
export const shellPolicy = policyOf(
  ...["script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' blob:", "form-action 'self'"],
  ...["require-trusted-types-for 'script'", "trusted-types 'none'"],
);

interface Options {
  /** Where it was built. */
  readonly dashboard: Dashboard | undefined;
  /** A browser that runs no script may still press the stop: by a form, which sends no token. */
  readonly stopByForm: boolean;
}

/** The page in which the dashboard is put together. Who sees it may know nothing yet: it is the same for everybody. */
export const shellWith = ({ dashboard, stopByForm }: Options): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>benchd</title>
${dashboard && loads(dashboard)}
</head>
<body>
<div id="dashboard">
<noscript><p>The dashboard needs a script, which is part of this page. Programs ask at <a href="/openapi.json">the interface</a>.</p></noscript>
${stopByForm ? stopForm : undefined}
${dashboard ? undefined : html`<p>The dashboard was not built: <code>npm run build</code>.</p>`}
</div>
</body>
</html>
`.text;

const loads = ({ script, style, icon }: Dashboard) =>
  new Html(
    `<link rel="icon" href="${filesAt}/${icon}">\n<link rel="stylesheet" href="${filesAt}/${style}">\n<script type="module" src="${filesAt}/${script}"></script>`,
  );

/** Is there before any script is, and where one fails. */
const stopForm = html`<form method="post" action="/emergency_stop"><button class="stop">Stop everything</button></form>`;
