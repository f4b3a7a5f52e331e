import { BenchdError } from "../../errors.ts";
import { askGateway } from "../ask-gateway.ts";
import type { AskedGateway } from "../asked-gateway.ts";
import { UsageError } from "../usage.ts";
import { about, type Finding, messageOf } from "./finding.ts";

/** What a running gateway says, as far as it tells us. */
export interface Said {
  readonly running: boolean;
  readonly health?: unknown;
  readonly states?: unknown;
  readonly invocations?: unknown;
}

/** Runs a program of the machine; undefined where there is none of that name, or it fails. */
export type RunProgram = (program: string, args: readonly string[]) => Promise<string | undefined>;

const patienceMs = 5000;

interface Health {
  readonly status?: string;
  readonly reason?: string | null;
  readonly reasons?: readonly { readonly code: string; readonly message: string }[];
}

/** Whether a gateway answers there, and is well. */
export async function examineGateway(
  gateway: AskedGateway,
): Promise<{ readonly said: Said; readonly findings: readonly Finding[] }> {
  const { ok, warning, problem } = about("gateway");
  const { url } = gateway;
  try {
    const { status, body: health } = await askGateway(gateway, { method: "GET", path: "/health", patienceMs });
    if (status === 401)
      return { said: { running: true }, findings: [ok(`it answers at ${url}, who has a token of it`)] };
    const [states, invocations] = await Promise.all([
      told(gateway, "/thing_states"),
      told(gateway, "/action_invocations?limit=20"),
    ]);
    const { status: word, reason, reasons = [] } = (health ?? {}) as Health;
    const well = status === 200 && word === "ok";
    // Each Thing has a line of its own.
    const why = reasons.filter(({ code }) => code !== "thing_not_ready").map(({ message }) => message);
    const degraded = status === 200 && word === "degraded";
    const finding =
      well || (degraded && why.length === 0)
        ? ok(`it answers at ${url}`)
        : degraded
          ? warning(`what answers at ${url} is degraded: ${why.join("; ")}`)
          : problem(
              `what answers at ${url} says ${word ?? `status ${status}`}${reason ? `, ${reason}` : ""}: see its log`,
            );
    return { said: { running: true, health, states, invocations }, findings: [finding, ...things(states)] };
  } catch (error) {
    if (!(error instanceof BenchdError) || error instanceof UsageError) throw error;
    return { said: { running: false }, findings: [problem(messageOf(error))] };
  }
}

/** Undefined where it does not tell us. */
async function told(gateway: AskedGateway, path: string): Promise<unknown> {
  const { status, body } = await askGateway(gateway, { method: "GET", path, patienceMs });
  return status === 200 ? body : undefined;
}

function things(states: unknown): readonly Finding[] {
  const all = Object.entries(
    (states ?? {}) as Readonly<Record<string, { readonly state: string; readonly reason: string | null }>>,
  );
  return all
    .filter(([, { state }]) => state !== "ready")
    .map(([name, { state, reason }]) => about(name).problem(`it is ${state}${reason === null ? "" : `: ${reason}`}`));
}

/** What systemd says of the service, where there is one. */
export async function examineService(run: RunProgram): Promise<readonly Finding[]> {
  const { ok, warning, problem } = about("service");
  const shown = await run("systemctl", ["show", "benchd.service", "--property=LoadState,ActiveState,Result,NRestarts"]);
  const facts = Object.fromEntries((shown ?? "").split("\n").map((line) => line.split("=", 2)));
  const { LoadState: load, ActiveState: active, Result: result, NRestarts: restarts = "0" } = facts;
  if (load !== "loaded") return [];
  if (active !== "active") return [problem(`benchd.service is ${active} (${result}): journalctl -u benchd tells why`)];
  const often = Number(restarts) > 0;
  return [
    often
      ? warning(`benchd.service has been started again ${restarts} times: journalctl -u benchd tells why`)
      : ok("active"),
  ];
}
