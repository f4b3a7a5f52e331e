import { type TSchema, Type } from "../../../typebox.ts";
import type { SentHeader, ToldHeader } from "../headers.ts";
import { ref } from "../invocation-schemas.ts";
import type { Answer, RefusalStatus } from "../responses.ts";

/** What is told of a route beside what it says itself. */
export interface Told {
  /** Its operationId: what generated clients call it. */
  readonly id: string;
  readonly description?: string;
  readonly headers?: readonly SentHeader[];
  /** Where the route itself judges none. */
  readonly query?: TSchema;
  readonly body?: TSchema;
  readonly answers: Readonly<Record<number, Answer>>;
  readonly refusals?: readonly RefusalStatus[];
}

/** By method and path as the route table has them, without the prefix. */
export type ToldOf = Readonly<Record<string, Told>>;

export const ok = (schema: TSchema, description = "Done", headers: readonly ToldHeader[] = []) => ({
  200: { description, schema, headers },
});
export const list = (name: string) => ok(Type.Array(ref(name)), "A page of them", ["Link"]);
export const byName = (name: string) => Type.Record(Type.String(), ref(name));
/** What is asked for under a key is done once. */
export const once: Pick<Told, "headers"> = { headers: ["IdempotencyKey"] };
/** What is the same until it changes: whoever knows its tag is told when it is still that. */
export const tagged = ({ 200: answer }: { readonly 200: Answer }): Pick<Told, "headers" | "answers"> => ({
  headers: ["IfNoneMatch"],
  answers: {
    200: { ...answer, headers: [...(answer.headers ?? []), "ETag"] },
    304: { description: "It is as it was", headers: ["ETag"] },
  },
});
