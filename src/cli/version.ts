import { packageRoot } from "./package-root.ts";

export async function version(): Promise<string> {
  return (await packageRoot())?.told.version ?? "unknown";
}
