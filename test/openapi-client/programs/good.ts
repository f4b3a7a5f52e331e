import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

type Status = paths["/action_invocations/{id}"]["get"]["responses"][200]["content"]["application/json"]["status"];

/** What somebody might write with a client made of the document; each value has the type that the document gives it. */
export async function run(baseUrl: string) {
  const client = createClient<paths>({ baseUrl });

  const written = await client.PUT("/pump/rate", { body: 5 });
  const read = await client.GET("/pump/rate");
  const rate: number | undefined = read.data;

  const dosing = await client.POST("/pump/dispense", {
    body: { volume: 0.05 },
    params: { header: { Prefer: "respond-async" } },
  });
  if (!dosing.data) throw new Error(JSON.stringify(dosing.error));
  let dose = dosing.data;
  let polls = 0;
  while (dose.status === "pending" || dose.status === "running") {
    const polled = await client.GET("/action_invocations/{id}", {
      params: { path: { id: dose.id }, query: { wait: 5, log_since: 0 } },
    });
    if (!polled.data) throw new Error(JSON.stringify(polled.error));
    // Typed as the action's own, which the list of all cannot know.
    dose = { ...polled.data, output: polled.data.output as typeof dose.output };
    polls++;
  }
  const dispensed: number | undefined = dose.output?.dispensed;

  const counting = await client.POST("/counter/slow_count", {
    body: { n: 1000, delay: 0.1 },
    params: { header: { Prefer: "respond-async" } },
  });
  const id = counting.data?.id ?? "";
  const cancelled = await client.DELETE("/action_invocations/{id}", { params: { path: { id } } });
  const after = await client.GET("/action_invocations/{id}", { params: { path: { id }, query: { wait: 10 } } });
  const ended: Status | undefined = after.data?.status;

  const increment = await client.POST("/counter/increment");
  const counted: number | null | undefined = increment.data?.output;

  const refused = await client.PUT("/counter/counter", { body: -1 });
  const why =
    refused.error && "detail" in refused.error && typeof refused.error.detail !== "string"
      ? refused.error.detail[0]?.loc
      : undefined;

  return {
    ...{ written: written.response.status, rate, polls, dose: dose.status, dispensed },
    ...{ cancelled: cancelled.response.status, ended, counted, refused: refused.response.status, why },
  };
}
