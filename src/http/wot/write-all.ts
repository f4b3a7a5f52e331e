import type { FastifyReply, FastifyRequest } from "fastify";
import { InputError } from "../../errors.ts";
import type { Answer } from "../../gateway/keys.ts";
import type { Table } from "../../thing/affordance.ts";
import type { Thing } from "../../thing/thing.ts";
import { noted } from "../acts.ts";
import { askedBy } from "../asked.ts";
import { answerProblem, noteError } from "../errors.ts";
import { answerOnce } from "../idempotency.ts";
import { thrownError } from "../invoke.ts";
import { wotProblem } from "../problem.ts";
import type { View } from "../view.ts";

/**
 * Write the properties that a body names, in its order. Nothing is written unless every value fits; when the device or
 * somebody else then refuses one, the answer tells which have been written and which have not.
 */
export async function writeAll(
  request: FastifyRequest,
  reply: FastifyReply,
  view: View,
  thing: Thing,
): Promise<FastifyReply> {
  const asked = askedBy(request, view.gateway);
  const values = named(request.body);
  thing.assertWritable(values);
  const names = Object.keys(values);
  const written: string[] = [];
  let failed: string | undefined;
  const progress = () => ({ failed, written, unwritten: names.slice(written.length + 1) });
  const write = async (): Promise<Answer> => {
    for (const name of names) {
      failed = name;
      try {
        const act = { what: "property.written", thing: thing.name, affordance: name } as const;
        await noted(request, view.gateway, act, () => thing.write(name, values[name], asked));
      } catch (thrown) {
        if (written.length === 0) throw thrown;
        // Something was done, whatever kind of refusal this is: under a key that is answered the same again.
        const error = thrownError(thrown);
        noteError(error, request);
        const problem = wotProblem(error);
        return { status: problem.status, value: { ...problem, ...progress() } };
      }
      written.push(name);
    }
    return { status: 204, value: null };
  };
  try {
    return await answerOnce(request, reply, view, write);
  } catch (error) {
    // Refused before anything was tried, or one property alone: told as ever.
    if (failed === undefined || names.length === 1) throw error;
    return answerProblem(thrownError(error), request, reply, progress());
  }
}

function named(body: unknown): Table<unknown> {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Table<unknown>;
  const issue = { path: "", keyword: "type", message: "must be object", params: { type: "object" }, value: body };
  throw new InputError("the body must be an object of properties and their values", [issue]);
}
