import { byToken } from "../../src/http/access/by-token.ts";
import { tokenBench } from "../access/memory.ts";
import { demonstration, openWotBench } from "./bench.ts";
import type { Guarded } from "./dialogue/tokens.ts";

/** Of who has no token, there are more here than a bench puts up with in a minute. */
const patient = "limits: { failuresPerMinute: 100000 }\n";

export interface GuardedBench extends Guarded {
  close(): Promise<void>;
}

/** The demonstration bench, or another one, which asks everybody for a token, and a token of it. */
export async function openGuardedBench(text?: string): Promise<GuardedBench> {
  const kept = tokenBench();
  const token = await kept.make("consumer", { grants: [{ scope: "operate" }] });
  const { tokens } = await kept.open();
  const wire = await openWotBench(patient + (text ?? (await demonstration())), byToken(tokens));
  return {
    wire,
    token,
    async close() {
      await wire.close();
      await tokens.close();
    },
  };
}
