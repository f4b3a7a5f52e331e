import type { FastifyRequest } from "fastify";
import type { Interlock } from "../../gateway/interlock.ts";
import type { Lease } from "../../gateway/leases.ts";
import type { Thing } from "../../thing/thing.ts";
import { refuseNobody } from "../access/identify.ts";
import { seesInterlock } from "../access/seen-interlock.ts";
import { seesPrompt } from "../access/seen-prompt.ts";
import type { Sight } from "../access/sight.ts";
import { promptRow } from "../experiment/prompt-row.ts";
import { hashOf, policyOf } from "../page/policy.ts";
import { signInOrStopPage, signInPage } from "../page/sign-in-page.ts";
import { style } from "../page/style.ts";
import type { App, View } from "../view.ts";
import { clearForm } from "./clear-stop.ts";
import { Html, html } from "./html.ts";

/** Nothing is loaded from anywhere, and the page's own style is known by its hash. */
const policy = policyOf(`style-src ${hashOf(style)}`, "form-action 'self'");

interface Options {
  /** No token is asked of anybody, wherever he comes from. */
  readonly openToAll: boolean;
  /** Whoever comes along may press the emergency stop. */
  readonly stopByAnybody: boolean;
}

/** `/`: which Things there are and how they are, for somebody who has just typed the address, and has or needs no token. */
export function frontPage(app: App, { gateway, prefix }: View, { openToAll, stopByAnybody }: Options): void {
  const asking = stopByAnybody ? signInOrStopPage(stopButton) : signInPage;
  app.get(
    "/",
    {
      config: { scope: "read", over: "visible", withoutToken: true },
      schema: { summary: "The Things, as a page" },
    },
    async (request, reply) => {
      // With none at all a browser takes the page's own forms for those of nobody (`Origin: null`).
      reply.type("text/html; charset=utf-8").header("referrer-policy", "same-origin");
      if (request.principal.maySomewhere("read"))
        return reply.header("content-security-policy", policy).send(page(gateway, { prefix, openToAll }, request).text);
      // A wrong token is as wrong here as anywhere.
      if (request.headers.authorization !== undefined) return refuseNobody(request, reply);
      return reply.header("content-security-policy", asking.policy).send(asking.text);
    },
  );
}

interface Shown {
  readonly prefix: string;
  readonly openToAll: boolean;
}

function page(
  { emergencyStop: { latch }, experiments, interlocks, leases, safeMode }: View["gateway"],
  { prefix, openToAll }: Shown,
  { principal, session, sight }: FastifyRequest,
): Html {
  const asked = experiments.prompts.all.filter((one) => seesPrompt(sight, one));
  const guarding = interlocks.all.filter((one) => seesInterlock(sight, one));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>benchd</title>
<style>${new Html(style)}</style>
</head>
<body>
<h1>benchd</h1>
${latch ? latched : stopButton}
${latch && principal.may("admin") ? clearForm(latch.at) : undefined}
${openToAll ? unguarded : undefined}
${safeMode === undefined ? undefined : html`<p class="stopped">${sight.text(safeMode)}</p>`}
${asked.length > 0 ? html`<h2>For whoever is here</h2><table><tbody>${asked.map((one) => promptRow(one, sight, principal))}</tbody></table>` : undefined}
<table>
<thead><tr><th>Thing</th><th>State</th><th>Properties</th><th>Actions</th></tr></thead>
<tbody>
${[...sight.things.values()].map((thing) => row(thing, leases.of(thing.name), prefix, sight))}
</tbody>
</table>
${guarding.length > 0 ? html`<h2>Interlocks</h2><table><tbody>${guarding.map((one) => interlockRow(one, sight))}</tbody></table>` : undefined}
<nav>
<a href="${prefix}/things/">Things</a>
<a href="${prefix}/thing_descriptions/">Thing Descriptions</a>
<a href="${prefix}/action_invocations">Invocations</a>
<a href="/thing_states">States</a>
<a href="/emergency_stop">Emergency stop</a>
${documentation(session !== undefined)}
</nav>
</body>
</html>
`;
}

/** The page at /docs needs scripts that are loaded without a token. */
const documentation = (inSession: boolean) =>
  inSession ? html`<a href="/openapi.json">Interface (OpenAPI)</a>` : html`<a href="/docs">Documentation</a>`;

/** Pressed without a script, and without being asked again. */
const stopButton = html`<form method="post" action="/emergency_stop"><button class="stop">Stop everything</button></form>`;
const latched = html`<p class="stopped">The emergency stop is latched. This is a software stop, no safety function.</p>`;

const unguarded = html`<p class="reason">No token is asked of anybody: whoever can reach this address may run the instruments.</p>`;

function row(thing: Thing, lease: Lease | undefined, prefix: string, sight: Sight): Html {
  const { name, title, state, reason, definition, actions } = thing;
  const links = (names: readonly string[]) => names.map((one) => html`<a href="${prefix}/${name}/${one}">${one}</a>`);
  return html`<tr>
<td><a href="${prefix}/${name}/">${name}</a><div class="reason">${title}</div>${lease && leased(lease, sight)}</td>
<td><span class="state ${state}">${state}</span>${reason === undefined ? undefined : html`<div class="reason">${sight.text(reason)}</div>`}</td>
<td>${links([...Object.keys(definition.properties ?? {}), ...Object.keys(definition.streams ?? {})])}</td>
<td>${links(Object.keys(actions))}</td>
</tr>`;
}

const leased = ({ holder, until, note }: Lease, sight: Sight) =>
  html`<div class="reason">leased to ${sight.text(holder)} until ${new Date(until).toISOString()}${note ? `: ${sight.text(note)}` : ""}</div>`;

/** Whoever is refused a reset is told why in words. */
function interlockRow({ name, config, trip, watch }: Interlock, sight: Sight): Html {
  const outputs = config.outputs.filter(({ thing }) => sight.sees(thing));
  const state = trip ? "tripped" : watch.condition.state;
  const reset = html`<form method="post" action="/gateway/interlocks/${encodeURIComponent(name)}/reset"><button>Reset</button></form>`;
  return html`<tr>
<td>${name}<div class="reason">${outputs.map(({ thing, output }) => `${thing}.${output}`).join(", ")}</div></td>
<td><span class="state ${state}">${state}</span>${trip && html`<div class="reason">${sight.text(trip.why)}</div>${reset}`}</td>
</tr>`;
}
