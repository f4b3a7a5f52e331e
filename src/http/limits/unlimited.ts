import type { FastifyRequest } from "fastify";

/**
 * What is never kept waiting, however often it is asked for: whatever ends something, and how the gateway is. These are
 * cheap, and whoever wants to stop is not to be told to try again.
 */
export function isNeverLimited({ method, params, routeOptions: { url = "" } }: FastifyRequest): boolean {
  if (method === "DELETE") return /\/(?:(?:action_invocations|actions|:action)\/:id|gateway\/runs\/:run)$/.test(url);
  if (method !== "POST") return url === "/health";
  const { affordance, action = affordance } = (params ?? {}) as Partial<Record<string, string>>;
  return (
    /^\/(?:emergency_stop\/?|gateway\/runs\/:run\/pause|gateway\/recordings\/:recording\/stop)$/.test(url) ||
    (action === "stop" && /\/:(?:affordance|action)$/.test(url))
  );
}
