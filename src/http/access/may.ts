import type { FastifyReply, FastifyRequest } from "fastify";
import type { Scope } from "../../access/scope.ts";
import { didYouMean } from "../../did-you-mean.ts";
import { ForbiddenError, NotFoundError } from "../../errors.ts";
import { runInputOf } from "../../experiment/runs/run-record.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { pathIn } from "../dialect.ts";
import type { Paths } from "../paths.ts";
import type { App } from "../view.ts";
import { seesInterlock } from "./seen-interlock.ts";
import { seesPrompt } from "./seen-prompt.ts";
import { seenRecording } from "./seen-recording.ts";
import { seenRun } from "./seen-run.ts";
import { seesSchedule } from "./seen-schedule.ts";

interface Bench {
  readonly gateway: Gateway;
  readonly paths: Paths;
}

/**
 * Let a client do only what its principal may, as each route says. What does not exist for him is not found; only then
 * what he may not do is refused, and both before anything of the body is read.
 */
export function authorizeClients(app: App, bench: Bench): void {
  app.addHook("onRequest", (request, reply, done) => {
    const { scope, over, withoutToken } = request.routeOptions.config;
    // What no route has matched changes nothing, and tells nothing; and what anybody may, everybody may.
    if (scope === undefined || over === undefined || withoutToken) return done();
    if (!isNamed(request)) return reply.callNotFound();
    // Whoever may do it with everything is looked at no further.
    if (request.principal.may(scope)) return done();
    judges[over](request, scope, bench).then((found) => (found ? done() : missing(reply)), done);
  });
}

type Over = NonNullable<FastifyRequest["routeOptions"]["config"]["over"]>;

/** Throws `ForbiddenError`; false for what is not there. */
type Judge = (request: FastifyRequest, scope: Scope, bench: Bench) => Promise<boolean>;

const judges: Readonly<Record<Over, Judge>> = {
  bench: async (request, scope) => {
    assertMay(request, scope);
    return true;
  },
  visible: async (request, scope) => {
    assertMaySomewhere(request, scope);
    return true;
  },
  thing: async (request, scope, bench) => {
    const { thing = "", action, id } = paramsOf(request);
    if (request.principal.may(scope, thing)) return true;
    if (!bench.paths.methodsAt(pathIn(request.url), request.sight).includes(request.method)) return false;
    if (id !== undefined) {
      const invocation = await bench.gateway.invocations.find(id);
      if (invocation?.thing !== thing || invocation.action !== action) return false;
    }
    assertMay(request, scope, thing);
    return true;
  },
  invocation: async (request, scope, { gateway }) => {
    assertMaySomewhere(request, "read");
    const { id = "" } = paramsOf(request);
    const invocation = scope === "read" ? undefined : await gateway.invocations.find(id);
    // The route has its own words for one that is not there.
    if (invocation && request.sight.sees(invocation.thing)) assertMay(request, scope, invocation.thing);
    return true;
  },
  interlock: async (request, scope, { gateway }) => {
    assertMaySomewhere(request, "read");
    const { interlock: name = "" } = paramsOf(request);
    const seen = gateway.interlocks.all.filter((one) => seesInterlock(request.sight, one));
    const found = seen.find((one) => one.name === name);
    const names = seen.map((one) => one.name);
    if (!found) throw new NotFoundError(`there is no interlock ${name}${didYouMean(name, names)}`);
    for (const thing of found.things) assertMay(request, scope, thing);
    return true;
  },
  run: async (request, scope, { gateway }) => {
    assertMaySomewhere(request, "read");
    const record = await seenRun(gateway, request.sight, paramsOf(request)["run"] ?? "");
    if (scope === "read") return true;
    assertMayWith(request, scope, runInputOf(record)?.things);
    return true;
  },
  recording: async (request, scope, { gateway: { experiments } }) => {
    assertMaySomewhere(request, "read");
    const { recording: id = "" } = paramsOf(request);
    const { things } = seenRecording(experiments.recordings, request.sight, id);
    for (const thing of things) assertMay(request, scope, thing);
    return true;
  },
  schedule: async (request, scope, { gateway: { experiments } }) => {
    assertMaySomewhere(request, "read");
    const { schedule: name = "" } = paramsOf(request);
    const seen = experiments.schedules.all.filter((one) => seesSchedule(request.sight, one));
    const found = seen.find((one) => one.name === name);
    const names = seen.map((one) => one.name);
    if (!found) throw new NotFoundError(`there is no schedule ${name}${didYouMean(name, names)}`);
    assertMayWith(request, scope, found.things);
    return true;
  },
  prompt: async (request, scope, { gateway: { experiments } }) => {
    assertMaySomewhere(request, "read");
    const { prompt: id = "" } = paramsOf(request);
    const { things } = experiments.prompts.get(id, (one) => seesPrompt(request.sight, one));
    if (scope === "read") return true;
    assertMayWith(request, scope, things);
    return true;
  },
};

const missing = (reply: FastifyReply): void => reply.callNotFound();

/**
 * The router takes `/counter/` for `/{thing}/{name}` with an empty name, and `/things/x` for a Thing named `things` where
 * nothing else has the method.
 */
function isNamed(request: FastifyRequest): boolean {
  const { thing, "*": rest, ...names } = paramsOf(request);
  if (thing !== undefined && !request.sight.things.has(thing)) return false;
  return !Object.values(names).includes("");
}

/** Throws `ForbiddenError`. With no Thing named it is about the gateway, and all Things. */
export function assertMay({ principal }: FastifyRequest, scope: Scope, thing?: string): void {
  if (principal.may(scope, thing)) return;
  const what = thing === undefined ? "for the whole bench" : `for ${thing}`;
  throw new ForbiddenError(`that needs the scope ${scope} ${what}, which ${principal.name} does not have`);
}

/** Throws `ForbiddenError`. What works with no Thing at all, or with nobody can tell which, is the whole bench's. */
export function assertMayWith(request: FastifyRequest, scope: Scope, things: readonly string[] = []): void {
  for (const thing of things.length > 0 ? things : [undefined]) assertMay(request, scope, thing);
}

function assertMaySomewhere({ principal }: FastifyRequest, scope: Scope): void {
  if (principal.maySomewhere(scope)) return;
  throw new ForbiddenError(`that needs the scope ${scope}, which ${principal.name} does not have`);
}

const paramsOf = ({ params }: FastifyRequest) => params as Readonly<Partial<Record<string, string>>>;
