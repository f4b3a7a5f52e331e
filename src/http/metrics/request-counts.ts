import type { RouteOptions } from "fastify";
import { counters, type Metric, spreads } from "../../gateway/metric.ts";
import { Histogram } from "../../histogram.ts";
import type { App } from "../view.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** How often it was asked for. */
    counts?: RouteCounts;
  }
  interface FastifyInstance {
    /** What was asked of it, and what was refused. */
    readonly requestCounts: RequestCounts;
  }
}

/** Seconds. Who waits for an end waits long. */
const bounds = [0.001, 0.005, 0.01, 0.05, 0.25, 1, 10];
/** Codes of errors; a driver may have some of its own. */
const maxCodes = 200;

/** How often one route was asked for, how it was answered, and in what time. */
export class RouteCounts {
  readonly method: string;
  /** Its template, as in `/:thing/:action`. */
  readonly route: string;
  /** By the first digit of the status. */
  readonly statuses = [0, 0, 0, 0, 0, 0];
  readonly seconds = new Histogram(bounds);

  constructor(method: string, route: string) {
    this.method = method;
    this.route = route;
  }

  note(status: number, ms: number): void {
    const digit = Math.floor(status / 100);
    this.statuses[digit] = (this.statuses[digit] ?? 0) + 1;
    this.seconds.observe(ms / 1000);
  }
}

/** What was asked over HTTP, by routes as they stand in the documentation, never by what a client has written. */
export class RequestCounts {
  readonly #routes: RouteCounts[] = [];
  readonly #unmatched = this.#added("other", "(none)");
  readonly #refusals = new Map<string, number>();

  /** Count the requests of `app`, which has it as `requestCounts`. */
  watch(app: App): void {
    app.addHook("onResponse", ({ routeOptions }, reply, done) => {
      (routeOptions.config.counts ?? this.#unmatched).note(reply.statusCode, reply.elapsedTime);
      done();
    });
  }

  of({ method, url }: Pick<RouteOptions, "method" | "url">): RouteCounts {
    return this.#added([method].flat().join("|"), url);
  }

  /** A request was refused, or has failed, with that code. */
  refused(code: string): void {
    const known = this.#refusals.get(code);
    const name = known !== undefined || this.#refusals.size < maxCodes ? code : "other";
    this.#refusals.set(name, (this.#refusals.get(name) ?? 0) + 1);
  }

  /** Of those routes that were asked for. */
  metrics(): readonly Metric[] {
    const asked = this.#routes.filter(({ seconds }) => seconds.count > 0);
    return [
      counters(
        "benchd_http_requests_total",
        "Requests that were answered, by the route and the class of the status",
        asked.flatMap(({ method, route, statuses }) =>
          statuses.flatMap((value, digit) =>
            value === 0 ? [] : [{ labels: { method, route, status: `${digit}xx` }, value }],
          ),
        ),
      ),
      spreads(
        "benchd_http_request_seconds",
        "From the head of a request to the end of its answer; who waits for an end is in it",
        asked.map(({ method, route, seconds }) => ({ labels: { method, route }, histogram: seconds })),
      ),
      counters(
        "benchd_http_refusals_total",
        "Requests that were refused, or have failed, by the code of the error",
        [...this.#refusals].map(([code, value]) => ({ labels: { code }, value })),
      ),
    ];
  }

  #added(method: string, route: string): RouteCounts {
    const counts = new RouteCounts(method, route);
    this.#routes.push(counts);
    return counts;
  }
}
