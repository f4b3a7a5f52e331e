import { InputError, NotFoundError } from "../../errors.ts";
import { checkProcedure } from "../../experiment/procedure/check.ts";
import type { StoredText } from "../../experiment/procedure/library.ts";
import { type About, nameIn } from "../../experiment/procedure/procedures.ts";
import { outlineOf, thingsOf } from "../../experiment/runs/steps-of.ts";
import { ProcedureError } from "../../experiment-errors.ts";
import { closed, validator } from "../../schema.ts";
import { Type } from "../../typebox.ts";
import { seesProcedure } from "../access/seen-procedure.ts";
import type { Sight } from "../access/sight.ts";
import { json } from "../answer.ts";
import { answerOnce } from "../idempotency.ts";
import { procedureParams, versionQuery } from "../query.ts";
import type { App, View } from "../view.ts";
import { procedureJson } from "./procedure-json.ts";

const stored = validator(closed(Type.Object({ document: Type.String() })));
const checked = validator(
  closed(
    Type.Object({
      document: Type.Optional(Type.String()),
      procedure: Type.Optional(Type.String({ maxLength: 100 })),
      parameters: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    }),
  ),
);

/** `/gateway/procedures`: the library, and whether a procedure could be run. */
export function procedures(app: App, view: View): void {
  const { procedures } = view.gateway.experiments;
  const { library } = procedures;
  const params = procedureParams;

  app.get(
    "/gateway/procedures",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "The stored procedures, each in its newest version" },
    },
    async ({ sight }, reply) => {
      const all: [string, object][] = [];
      for (const name of library.names) {
        const one = await seen(name, undefined, sight).catch(goneMeanwhile);
        if (one) all.push([name, procedureJson(one.text, one.about)]);
      }
      return json(reply, 200, Object.fromEntries(all));
    },
  );

  app.get(
    "/gateway/procedures/:procedure",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "A stored procedure with its text, as it was stored", params, querystring: versionQuery },
    },
    async ({ params: { procedure: name }, query: { version }, sight }, reply) => {
      const { text, about } = await seen(name, version, sight);
      return json(reply, 200, { ...procedureJson(text, about), document: text.text });
    },
  );

  app.get(
    "/gateway/procedures/:procedure/versions",
    {
      config: { scope: "read", over: "visible" },
      schema: { summary: "The versions of a stored procedure, the newest first", params },
    },
    async ({ params: { procedure: name }, sight }, reply) => {
      const versions: object[] = [];
      await seen(name, undefined, sight);
      for (const { version } of library.versions(name)) {
        const one = await seen(name, version, sight).catch(goneMeanwhile);
        if (one) versions.push(procedureJson(one.text, one.about));
      }
      return json(reply, 200, versions);
    },
  );

  app.put(
    "/gateway/procedures/:procedure",
    {
      config: { scope: "configure", over: "bench" },
      schema: { summary: "Store a procedure: as a new version, unless it is the newest one", params },
    },
    async (request, reply) => {
      const { procedure: name } = request.params;
      const { document } = stored.parse(request.body, "the procedure");
      return answerOnce(request, reply, view, async () => {
        const read = await procedures.read({ text: document, file: name });
        const done = await procedures.store(name, document, request.principal);
        const about = await procedures.about(done.stored);
        // Things may come later: it is kept, and what keeps it from being run here is told.
        const mistakes = checkProcedure(read, view.gateway.things);
        return { status: done.isNew ? 201 : 200, value: { ...procedureJson(done.stored, about), mistakes } };
      });
    },
  );

  app.delete(
    "/gateway/procedures/:procedure",
    {
      config: { scope: "configure", over: "bench" },
      schema: { summary: "Remove a stored procedure, or a version of it", params, querystring: versionQuery },
    },
    async (request, reply) => {
      const { procedure: name } = request.params;
      return answerOnce(request, reply, view, async () => {
        const removed = await procedures.remove(name, request.query.version, request.principal);
        return { status: 200, value: { name, removed } };
      });
    },
  );

  app.post(
    "/gateway/procedures/check",
    {
      config: { scope: "operate", over: "visible" },
      schema: { summary: "Whether a procedure could be run; nothing moves" },
    },
    async ({ body, sight }, reply) => {
      const { parameters = {}, document, procedure: named } = checked.parse(body, "what is to be checked");
      if ((document === undefined) === (named === undefined))
        throw new InputError("say what is to be checked: procedure, the name of a stored one, or document, a text");
      if (named !== undefined) await seen(nameIn(named).name, nameIn(named).version, sight);
      const wanted = named === undefined ? { document: document ?? "" } : { procedure: named };
      return json(reply, 200, await check(wanted, parameters, sight));
    },
  );

  /** One that exists for somebody. The words are the same whether there is none, or it is hidden. */
  async function seen(
    name: string,
    version: number | undefined,
    sight: Sight,
  ): Promise<{ readonly text: StoredText; readonly about: About }> {
    try {
      const text = await library.read(name, version);
      const about = await procedures.about(text);
      if (seesProcedure(sight, about)) return { text, about };
    } catch (error) {
      if (sight.all || !(error instanceof NotFoundError)) throw error;
    }
    throw new NotFoundError(
      `there is no procedure ${JSON.stringify(name.slice(0, 64))}${version ? ` ${version}` : ""}`,
    );
  }

  async function check(
    wanted: Parameters<typeof procedures.find>[0],
    parameters: Parameters<typeof procedures.find>[1],
    sight: Sight,
  ) {
    try {
      const { procedure } = await procedures.find(wanted, parameters);
      const { title, parameters: filled, parameterSchemas } = procedure;
      // What he may not read does not exist for him here either.
      const mistakes = checkProcedure(procedure, sight.things);
      const steps = outlineOf(procedure);
      const about = { title, parameters: filled, parameterSchemas, things: thingsOf(procedure), steps };
      return { runs: mistakes.length === 0, mistakes, ...about };
    } catch (error) {
      if (!(error instanceof ProcedureError)) throw error;
      const about = { title: null, parameters: {}, parameterSchemas: {}, things: [], steps: [] };
      return { runs: false, mistakes: error.mistakes, ...about };
    }
  }
}

function goneMeanwhile(error: unknown): undefined {
  if (!(error instanceof NotFoundError)) throw error;
}
