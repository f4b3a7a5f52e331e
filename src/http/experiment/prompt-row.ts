import type { Principal } from "../../access/principal.ts";
import type { Prompt } from "../../experiment/prompts/prompt.ts";
import type { Sight } from "../access/sight.ts";
import { type Html, html } from "../gateway/html.ts";
import { answerForm } from "./answer-form.ts";

/** What is asked, on the front page; with a form for who may answer. */
export function promptRow(prompt: Prompt, sight: Sight, principal: Principal): Html {
  const { id, message, schema, thing, action, things, leftMs } = prompt;
  const may = principal.may("operate") || (things.length > 0 && things.every((one) => principal.may("operate", one)));
  const left = leftMs === undefined ? undefined : html`<div class="reason">${Math.round(leftMs / 1000)} s left</div>`;
  return html`<tr>
<td>${sight.text(thing)}<div class="reason">${action}</div>${left}</td>
<td>${sight.text(message)}${may ? answerForm(`/gateway/prompts/${id}/answer`, schema) : undefined}</td>
</tr>`;
}
