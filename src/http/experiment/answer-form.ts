import { InputError } from "../../errors.ts";
import { asError } from "../../invocation/cause.ts";
import { holdsSecret } from "../../redact.ts";
import type { TSchema } from "../../typebox.ts";
import { type Html, html } from "../gateway/html.ts";
import { jsonReader, noSecrets } from "../json-body.ts";
import type { App } from "../view.ts";

/** An answer that came from the form of a page. */
export class FormAnswer {
  readonly #read: () => unknown;

  constructor(read: () => unknown) {
    this.#read = read;
  }

  /** What it answers; throws `InputError`. */
  get value(): unknown {
    return this.#read();
  }
}

/** The one field of a form: how it is read is said by its name. Throws `InputError`. */
function fieldOf(text: string): { readonly json: string } | { readonly value: unknown } {
  const [[kind, given] = ["", ""], ...more] = [...new URLSearchParams(text)];
  if (more.length > 0) throw wrong("has one field");
  if (holdsSecret(given)) throw new InputError(noSecrets);
  if (kind === "json" && given !== "") return { json: given };
  if (kind === "json") throw wrong("is no JSON");
  if (kind === "" || kind === "done") return { value: null };
  if (kind === "text") return { value: given };
  if (kind !== "number") throw wrong(`has no field ${kind.slice(0, 50)}`);
  if (given.trim() === "" || !Number.isFinite(Number(given))) throw wrong("is no number");
  return { value: Number(given) };
}

const wrong = (message: string) =>
  new InputError(`the answer ${message}`, [{ path: "", keyword: "form", message, params: {}, value: null }]);

/** Larger than anything that is typed into a page; bytes. */
const maxForm = 65_536;

/** In this scope a form may be sent: nobody who has not seen the page knows where to. */
export function acceptForms(app: App): void {
  const options = { parseAs: "string", bodyLimit: maxForm } as const;
  const read = jsonReader(app);
  app.addContentTypeParser("application/x-www-form-urlencoded", options, (request, body, done) => {
    const tell = (value: unknown) => done(null, new FormAnswer(() => value));
    const refuse = (error: Error) =>
      done(
        null,
        new FormAnswer(() => {
          throw error;
        }),
      );
    try {
      const field = fieldOf(String(body));
      if ("value" in field) tell(field.value);
      else read(request, field.json, (error, value) => (error ? refuse(error) : tell(value)));
    } catch (error) {
      refuse(asError(error));
    }
  });
}

type Told = Readonly<Record<string, unknown>>;

/** More choices than that are no buttons. */
const maxButtons = 4;
const maxChoices = 100;

/** The form that asks for a value of `schema`; of one that is no plain value it takes JSON. */
export function answerForm(path: string, schema: TSchema | undefined): Html {
  return html`<form method="post" action="${path}">${fieldsOf(schema as Told | undefined)}</form>`;
}

function fieldsOf(schema: Told | undefined): Html {
  if (!schema) return html`<button name="done">Done</button>`;
  const choices = choicesOf(schema);
  if (choices && choices.length <= maxButtons) return html`${choices.map(choiceButton)}`;
  if (choices)
    return html`<select name="json">${choices.map((one) => html`<option value="${JSON.stringify(one)}">${words(one)}</option>`)}</select> ${send}`;
  const { type, minimum, maximum, maxLength, unit } = schema;
  const known = schema["default"];
  if (type === "number" || type === "integer")
    return html`<input name="number" type="number" required step="${type === "integer" ? "1" : "any"}"${attribute("min", minimum)}${attribute("max", maximum)}${attribute("value", known)}> ${typeof unit === "string" ? unit : ""} ${send}`;
  if (type === "string")
    return html`<input name="text"${attribute("maxlength", maxLength)}${attribute("value", known)}> ${send}`;
  const sample = known === undefined ? "" : JSON.stringify(known);
  return html`<textarea name="json" rows="4" cols="40" required>${sample}</textarea> ${send}<div class="reason">As JSON: ${JSON.stringify(schema)}</div>`;
}

const send = html`<button>Answer</button>`;
const choiceButton = (one: unknown) => html`<button name="json" value="${JSON.stringify(one)}">${words(one)}</button>`;

function words(value: unknown): string {
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** What there is to choose from, if it is that. */
function choicesOf({ type, enum: some, anyOf, const: one }: Told): readonly unknown[] | undefined {
  if (type === "boolean") return [true, false];
  if (one !== undefined) return [one];
  if (Array.isArray(some) && some.length <= maxChoices) return some;
  if (!Array.isArray(anyOf) || anyOf.length > maxChoices) return undefined;
  const constants = anyOf.map((option: Told) => option["const"]);
  return constants.includes(undefined) ? undefined : constants;
}

const attribute = (name: string, value: unknown): Html | undefined =>
  typeof value === "number" || typeof value === "string" ? html` ${name}="${value}"` : undefined;
