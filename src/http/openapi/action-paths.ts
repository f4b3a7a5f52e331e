import { exampleOf } from "../../example.ts";
import { closed } from "../../schema.ts";
import type { ActionAffordance } from "../../thing/affordance.ts";
import { type TSchema, Type, Value } from "../../typebox.ts";
import { type AffordanceRoutes, changing, more, type Operated, querystring, withBody } from "./concrete.ts";
import { sentHeaders } from "./headers.ts";
import { ref } from "./invocation-schemas.ts";
import type { Json } from "./json.ts";
import { queryParameters, requestBody } from "./operation.ts";
import { refused, response } from "./responses.ts";

/** Invoke it, and list what became of that. */
export function actionPaths(
  thing: string,
  name: string,
  affordance: ActionAffordance,
  routes: AffordanceRoutes,
): Operated[] {
  const { title, description, input, output } = affordance;
  const path = `/${thing}/${name}`;
  const invoking: Operated = {
    ...{ path, method: "post", route: routes.invoke, id: `${thing}_${name}`, exactId: `${thing}.${name}` },
    tells: {
      ...{ summary: title, ...more(title, description) },
      // Whoever presses stop means now: it looks at no key, and asks for no lease.
      parameters: sentHeaders(name === "stop" ? ["Prefer"] : ["Prefer", "IdempotencyKey", "LeaseNumber", "StartBy"]),
      ...(input && {
        requestBody: requestBody(named(`${thing}_${name}_input`, input), !takesNothing(input), exampleOf(input)),
      }),
      responses: {
        201: invocationResponse(output),
        ...refused(...changing, ...withBody, 412, 503),
      },
    },
  };
  const listing: Operated = {
    ...{ path, method: "get", route: routes.read },
    ...{ id: `${thing}_list_${name}`, exactId: `${thing}.${name}.list` },
    tells: {
      summary: `Its invocations: ${title}`,
      parameters: queryParameters(querystring(routes.read), (one) => one !== "frames"),
      responses: {
        200: response({ description: "A page of them", schema: Type.Array(ref("InvocationEntry")), headers: ["Link"] }),
        ...refused(403, 404, 422),
      },
    },
  };
  return [invoking, listing];
}

function invocationResponse(output: TSchema | undefined): Json {
  const itsOwn = output && Type.Object({ output: Type.Union([output, Type.Null()]) });
  return {
    ...response({
      description: "It is accepted, and may have ended already",
      schema: itsOwn ? Type.Intersect([ref("Invocation"), itsOwn]) : ref("Invocation"),
      headers: ["Location", "PreferenceApplied", "IdempotentReplayed"],
    }),
    links: { poll: { $ref: "#/components/links/poll" }, cancel: { $ref: "#/components/links/cancel" } },
  };
}

/** Makers of clients call what stands inside an operation by its title. */
const named = (title: string, schema: TSchema): TSchema => ("title" in schema ? schema : { ...schema, title });

/** Nothing at all is good enough where every field has a default. */
function takesNothing(input: TSchema): boolean {
  const whole = closed(input);
  return Value.Check(whole, Value.Default(whole, {}));
}
