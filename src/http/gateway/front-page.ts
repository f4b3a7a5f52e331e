import { createHash } from "node:crypto";
import type { Interlock } from "../../gateway/interlock.ts";
import type { Lease } from "../../gateway/leases.ts";
import type { Thing } from "../../thing/thing.ts";
import { seesInterlock } from "../access/seen-interlock.ts";
import type { Sight } from "../access/sight.ts";
import type { App, View } from "../view.ts";
import { Html, html } from "./html.ts";

const style = `
  :root { color-scheme: light dark; --line: #8884; --soft: #8882; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 3rem auto; padding: 0 1rem; }
  h1 { font-weight: 600; margin: 0 0 1.5rem; }
  table { width: 100%; border-collapse: collapse; }
  th, td { text-align: left; vertical-align: top; padding: .6rem .8rem .6rem 0; border-bottom: 1px solid var(--line); }
  th { font-weight: 500; font-size: .85rem; opacity: .7; }
  .state { display: inline-block; padding: 0 .6em; border-radius: 1em; background: var(--soft); white-space: nowrap; }
  h2 { font-size: 1.1rem; font-weight: 600; margin: 2rem 0 .6rem; } form { margin: .4rem 0 0; }
  .state::before { content: "●"; margin-right: .4em; color: #c33; }
  .ready::before, .met::before { color: #292; } .opening::before { color: #b80; }
  .reason { font-size: .85rem; opacity: .8; } .stopped, .stop { background: #c33; color: #fff; padding: .6rem 1rem; border-radius: .4rem; }
  .stop { border: 0; font: inherit; font-weight: 600; margin: 0 0 1rem; cursor: pointer; }
  a { color: inherit; } nav { margin-top: 2rem; display: flex; gap: 1.2rem; flex-wrap: wrap; font-size: .9rem; }
`;

/** Nothing is loaded from anywhere, and the page's own style is known by its hash. */
const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

/** `/`: which Things there are and how they are, for somebody who has just typed the address; whether all the world may do so. */
export function frontPage(app: App, { gateway, prefix }: View, openToAll = false): void {
  app.get(
    "/",
    { config: { scope: "read", over: "visible" }, schema: { summary: "The Things, as a page" } },
    async ({ sight }, reply) =>
      reply
        .header("content-security-policy", policy)
        .type("text/html; charset=utf-8")
        .send(page(gateway, { prefix, openToAll, sight }).text),
  );
}

interface Shown {
  readonly prefix: string;
  readonly openToAll: boolean;
  readonly sight: Sight;
}

function page(
  { emergencyStop, interlocks, leases, safeMode }: View["gateway"],
  { prefix, openToAll, sight }: Shown,
): Html {
  const stopped = emergencyStop.latch !== undefined;
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
${stopped ? latched : stopButton}
${openToAll ? unguarded : undefined}
${safeMode === undefined ? undefined : html`<p class="stopped">${sight.text(safeMode)}</p>`}
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
<a href="/docs">Documentation</a>
</nav>
</body>
</html>
`;
}

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
