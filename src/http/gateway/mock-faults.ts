import type { FastifyReply } from "fastify";
import { NotFoundError } from "../../errors.ts";
import { json } from "../answer.ts";
import { faultParams, thingParams } from "../query.ts";
import type { App, View } from "../view.ts";

/** `/mock/{thing}/faults`: let simulated devices misbehave, to see what a client makes of it. */
export function mockFaults(app: App, { gateway }: View): void {
  const { mockFaults } = gateway;
  /** Here, unlike elsewhere, what is missing is told in words: nothing is to be kept from whoever runs a mock bench. */
  const answer = (reply: FastifyReply, tell: (faults: NonNullable<typeof mockFaults>) => unknown) => {
    if (!mockFaults) return json(reply, 404, { detail: "The devices are real: faults exist only with --mock." });
    try {
      return json(reply, 200, tell(mockFaults));
    } catch (error) {
      if (error instanceof NotFoundError) return json(reply, 404, { detail: error.message });
      throw error;
    }
  };

  app.get(
    "/mock/:thing/faults",
    {
      config: { scope: "read" },
      schema: { summary: "What can go wrong with a simulated device", params: thingParams },
    },
    async (request, reply) => answer(reply, (faults) => faults.list(request.params.thing)),
  );

  app.delete(
    "/mock/:thing/faults",
    {
      config: { scope: "configure" },
      schema: { summary: "End every fault of a simulated device", params: thingParams },
    },
    async (request, reply) => answer(reply, (faults) => faults.endAll(request.params.thing, request.principal)),
  );

  for (const method of ["PUT", "POST"] as const) {
    app.route({
      method,
      url: "/mock/:thing/faults/:fault",
      config: { scope: "configure" },
      schema: { summary: "Let a simulated device misbehave; the body is the fault's parameters", params: faultParams },
      handler: async (request, reply) => {
        const { thing, fault } = request.params;
        return answer(reply, (faults) => faults.apply(thing, fault, request.body, request.principal));
      },
    });
  }

  app.delete(
    "/mock/:thing/faults/:fault",
    { config: { scope: "configure" }, schema: { summary: "End a fault of a simulated device", params: faultParams } },
    async (request, reply) => {
      const { thing, fault } = request.params;
      return answer(reply, (faults) => faults.end(thing, fault, request.principal));
    },
  );
}
