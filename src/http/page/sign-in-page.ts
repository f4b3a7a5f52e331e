import { readFileSync } from "node:fs";
import { Html, html } from "../gateway/html.ts";
import { hashOf, policyOf } from "./policy.ts";
import { style } from "./style.ts";

const script = `${readFileSync(new URL("./sign-in.js", import.meta.url), "utf8")}start(window);\n`;

/** Who sees it may know nothing yet: it is the same for every bench. */
const pageWith = (stop: Html | undefined) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>benchd</title>
<style>${new Html(style)}</style>
</head>
<body>
<header id="bar" hidden>
<a href="#/">Front page</a>
<button id="again">Look again</button>
<span>signed in as <b id="name"></b></span>
<button id="sign-out">Sign out</button>
</header>
<p id="message" role="status"></p>
<section id="outside">
<h1>benchd</h1>
${stop}
<form id="sign-in" method="post">
<label>Access token <input id="token" type="password" autocomplete="off" spellcheck="false" required></label>
<button>Sign in</button>
</form>
<p class="reason">Whoever looks after this bench makes you one: <code>benchd token create</code>.</p>
<noscript><p>Signing in needs a script, which is part of this page. Programs send their token with each request.</p></noscript>
</section>
<main id="main"></main>
<script type="module">${new Html(script)}</script>
</body>
</html>
`;

const policyWith = (formAction: string) =>
  policyOf(
    ...[`script-src ${hashOf(script)}`, `style-src ${hashOf(style)}`, "connect-src 'self'", "img-src blob:"],
    `form-action ${formAction}`,
  );

interface Page {
  readonly text: string;
  readonly policy: string;
}

/** Asks for a token, and is the frame in which everything else is shown then. The token leaves it by no form. */
export const signInPage: Page = { text: pageWith(undefined).text, policy: policyWith("'none'") };

/** The same where whoever comes along may stop everything: also without a script. */
export const signInOrStopPage = (stop: Html): Page => ({ text: pageWith(stop).text, policy: policyWith("'self'") });
