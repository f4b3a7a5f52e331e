import { type Surface, surfaceOf, type ToldRoute } from "./surface.ts";
import type { Upkeep } from "./upkeep.ts";

/** What a running gateway offers: its routes, and what its documents say of them. */
export async function learn(routes: readonly ToldRoute[], asker: Pick<Upkeep, "ask">): Promise<Surface> {
  const read = async (path: string) => JSON.parse((await asker.ask("GET", path)).body);
  const things = await read("/thing_descriptions/");
  const faults: Record<string, Parameters<typeof surfaceOf>[0]["faults"][string]> = {};
  for (const name of Object.keys(things)) faults[name] = await read(`/mock/${name}/faults`);
  const interlocks = Object.keys(await read("/gateway/interlocks"));
  return surfaceOf({ routes, openapi: await read("/openapi.json"), things, faults, interlocks });
}
