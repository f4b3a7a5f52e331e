import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Schema } from "../../bench/shapes.ts";
import { type Draft, draftOf } from "./draft.ts";
import { type Form, readForm } from "./read.ts";

/** A form as it is filled in: what stands in it stays, whoever refuses it. */
export class FormState {
  readonly schema: Schema;
  readonly draft;
  /** What it says by now. */
  readonly read: ReadonlySignal<Form>;
  /** Of fields that somebody has left; all of them once it was to be sent. */
  readonly #left = signal<ReadonlySet<string>>(new Set());
  readonly #all = signal(false);
  /** What the gateway has said of fields that were not changed since. */
  readonly #refused = signal<ReadonlyMap<string, string>>(new Map());

  constructor(schema: Schema, value?: unknown) {
    this.schema = schema;
    this.draft = signal(draftOf(schema, value));
    this.read = computed(() => readForm(schema, this.draft.value));
  }

  /** What is wrong with a field, as far as it is to be told by now. */
  problem(at: string): string | undefined {
    const refused = this.#refused.value.get(at);
    if (refused !== undefined) return refused;
    return this.#all.value || this.#left.value.has(at) ? this.read.value.wrong.get(at) : undefined;
  }

  change(draft: Draft, at: string): void {
    batch(() => {
      this.draft.value = draft;
      const refused = [...this.#refused.peek()].filter(([one]) => one !== at && one !== "");
      if (refused.length < this.#refused.peek().size) this.#refused.value = new Map(refused);
    });
  }

  leave(at: string): void {
    if (!this.#left.peek().has(at)) this.#left.value = new Set(this.#left.peek()).add(at);
  }

  /** What is to be sent; undefined when something is wrong, which is told from now on. */
  submit(): { readonly value: unknown } | undefined {
    this.#all.value = true;
    const { value, wrong } = this.read.peek();
    return wrong.size === 0 ? { value } : undefined;
  }

  /** The gateway has found more. */
  refuse(fields: ReadonlyMap<string, string>): void {
    this.#refused.value = fields;
  }

  /** As at the beginning, or with other values in it. */
  fill(value?: unknown): void {
    batch(() => {
      this.draft.value = draftOf(this.schema, value);
      this.#left.value = new Set();
      this.#all.value = false;
      this.#refused.value = new Map();
    });
  }
}
