import type { FastifyReply } from "fastify";
import { html } from "../gateway/html.ts";
import { policyOf } from "./policy.ts";

const policy = policyOf("form-action 'self'");

/** Tells who has pressed the stop by a form what has come of it; `confirmed` is null while nobody knows. */
export function tellStopped(reply: FastifyReply, confirmed: boolean | null): FastifyReply {
  return reply
    .code(confirmed === null ? 202 : 200)
    .header("content-security-policy", policy)
    .header("referrer-policy", "same-origin")
    .type("text/html; charset=utf-8")
    .send(page(confirmed));
}

const page = (confirmed: boolean | null) =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Stopped - benchd</title>
</head>
<body>
<h1>The emergency stop is latched</h1>
<p>${confirmed === true ? "Every device has confirmed it." : "Not every device has confirmed it: look at the bench."}</p>
<p>This is a software stop, no safety function.</p>
<form method="post" action="/emergency_stop"><button>Stop everything again</button></form>
<p><a href="/">Back</a></p>
</body>
</html>
`.text;
