import type { Answer, Request } from "../wire.ts";
import { everywhere, type Spoiler, withJson } from "./spoiler.ts";

const of = (...numbers: readonly string[]) => numbers.map((number) => `http-basic-profile-protocol-binding-${number}`);
const status = (answer: Answer, number: number): Answer => ({ ...answer, status: number });
const typed = (answer: Answer, type: string): Answer => ({
  ...answer,
  headers: { ...answer.headers, "content-type": type },
});
const without = (answer: Answer, header: string): Answer => {
  const { [header]: _, ...headers } = answer.headers;
  return { ...answer, headers };
};
const problem = JSON.stringify({ title: "Spoilt" });

/** What succeeded, of a method and at a path, has failed by this status. */
const refused = (method: Request["method"], path: RegExp, number: number) => (answer: Answer, request: Request) =>
  request.method === method && path.test(request.url) && answer.status < 300
    ? { status: number, headers: { "content-type": "application/problem+json" }, body: problem }
    : answer;

const property = /\/properties(\/\w+)?$/;
const action = /\/actions\/\w+$/;
const list = /\/actions$/;
const request = /\/actions\/\w+\/[-0-9a-f]+$/;
/** Every ActionStatus, wherever it stands. */
const inStatuses =
  (key: string, change: (member: unknown) => unknown) =>
  (answer: Answer, { url }: Request) =>
    url.includes("/actions") && answer.status < 300
      ? withJson(answer, (body) => everywhere(body, key, change))
      : answer;

/** Answers that are wrong. */
export const answers: readonly Spoiler[] = [
  {
    what: "errors are told as another one",
    found: ["common-constraints-errors-1", "common-constraints-errors-2", "common-constraints-errors-5"],
    answer: (answer) => (answer.status >= 400 ? status(answer, 418) : answer),
  },
  {
    what: "errors are told as successes",
    found: ["common-constraints-errors-1", ...of("invokeaction-12")],
    answer: (answer) => (answer.status >= 400 ? status(answer, 200) : answer),
  },
  {
    what: "errors are plain JSON",
    found: ["common-constraints-errors-7"],
    answer: (answer) => (answer.status >= 400 ? typed(answer, "application/json") : answer),
  },
  {
    what: "there are multiple choices",
    found: ["common-constraints-errors-3", "common-constraints-errors-4"],
    answer: (answer) => (answer.status === 200 ? answer : status(answer, 300)),
  },
  {
    what: "times have no zone",
    found: [
      "common-constraints-date-format-1",
      "undefined (timeRequested)",
      "undefined (timeEnded)",
      ...of("invokeaction-15"),
    ],
    answer: (answer) => ({ ...answer, body: answer.body.replaceAll(/(T\d\d:\d\d:\d\d[.\d]*)Z"/g, '$1"') }),
  },
  {
    what: "properties cannot be read",
    found: of(
      ...["3", "4", "6"].map((n) => `readproperty-${n}`),
      ...["3", "4", "5"].map((n) => `readallproperties-${n}`),
    ),
    answer: refused("GET", property, 500),
  },
  {
    what: "values are none that fit",
    found: of("readproperty-6", "readallproperties-5"),
    answer: (answer, { method, url }) =>
      method === "GET" && property.test(url) ? withJson(answer, () => [["spoilt"]]) : answer,
  },
  {
    what: "properties cannot be written",
    found: [
      ...of(
        ...["3", "4", "6"].map((n) => `writeproperty-${n}`),
        "writemultipleproperties-4",
        "writemultipleproperties-6",
      ),
      "http-basic-profile-protocol-bindings-writemultipleproperties-3",
      "profile-5-2-thing-protocol-binding-1",
      "profile-why-a-basic-profile-1-x",
    ],
    answer: refused("PUT", property, 500),
  },
  {
    what: "writes and cancels are answered by 200 null",
    found: of("writeproperty-6", "writemultipleproperties-6", "cancelaction-5"),
    answer: (answer, { method }) =>
      answer.status === 204 && method !== "POST" ? { ...status(answer, 200), body: "null" } : answer,
  },
  {
    what: "actions are not known where their forms lead",
    found: of("invokeaction-3", "invokeaction-10"),
    answer: refused("POST", action, 404),
  },
  {
    what: "inputs that fit are refused",
    found: of(
      "invokeaction-4",
      "invokeaction-7",
      "invokeaction-8",
      "invokeaction-11",
      "invokeaction-20",
      "invokeaction-21",
    ),
    answer: refused("POST", action, 400),
  },
  {
    what: "what is begun is answered by 202",
    found: of("invokeaction-6", "invokeaction-8", "invokeaction-10", "invokeaction-21"),
    answer: (answer) => (answer.status === 201 ? status(answer, 202) : answer),
  },
  {
    what: "what is begun has no Location",
    found: of(
      ...["1a", "2", "3", "5"].map((n) => `queryaction-${n}`),
      "cancelaction-2",
      "invokeaction-14",
      "invokeaction-21",
    ),
    answer: (answer) => without(answer, "location"),
  },
  {
    what: "the Location is not the href",
    found: of("invokeaction-6", "invokeaction-21"),
    answer: inStatuses("href", (href) => `${href}0`),
  },
  {
    what: "an output is none that fits",
    found: of("invokeaction-7", "invokeaction-11", "invokeaction-20", "invokeaction-6"),
    answer: (answer, { method, url }) =>
      method === "POST" && action.test(url) && answer.status === 200 ? { ...answer, body: '{"spoilt":true}' } : answer,
  },
  {
    what: "synchronous actions have a status",
    found: of("queryaction-1b", "cancelaction-1b"),
    answer: (answer, { method, url }) =>
      method === "POST" && answer.status === 200
        ? { ...answer, headers: { ...answer.headers, location: `${url}/1` } }
        : answer,
  },
  {
    what: "an ActionStatus has words of another standard",
    found: of("invokeaction-15", "invokeaction-16", "invokeaction-14", "queryaction-7a", "cancelaction-5"),
    answer: inStatuses("status", (word) => (word === "failed" ? "error" : word === "completed" ? "done" : word)),
  },
  {
    what: "the output in an ActionStatus does not fit",
    found: of("invokeaction-15", "invokeaction-17"),
    answer: inStatuses("output", () => [["spoilt"]]),
  },
  {
    what: "the error in an ActionStatus is a sentence",
    found: of("invokeaction-15", "invokeaction-18", "queryaction-7b"),
    answer: inStatuses("error", () => "it is spoilt"),
  },
  {
    what: "an ActionStatus does not say where it is",
    found: of("invokeaction-15", "invokeaction-19"),
    answer: inStatuses("href", () => undefined),
  },
  {
    what: "the status of an action cannot be asked for",
    found: of("queryaction-1a", "queryaction-3", "queryaction-5", "queryaction-7a"),
    answer: refused("GET", request, 500),
  },
  {
    what: "actions cannot be cancelled",
    found: of("cancelaction-1a", "cancelaction-3", "cancelaction-5"),
    answer: refused("DELETE", request, 405),
  },
  {
    what: "the requests of a Thing cannot be listed",
    found: of("queryallactions-3", "queryallactions-4", "queryallactions-6a"),
    answer: refused("GET", list, 500),
  },
  {
    what: "the requests of a Thing are one list",
    found: of("queryallactions-6a"),
    answer: (answer, { method, url }) =>
      method === "GET" && list.test(url) ? withJson(answer, (lists) => Object.values(lists as object).flat()) : answer,
  },
  {
    what: "the requests of a Thing are listed in their order",
    found: of("queryallactions-6b"),
    answer: (answer, { method, url }) =>
      method === "GET" && list.test(url)
        ? withJson(answer, (lists) =>
            Object.fromEntries(
              Object.entries(lists as Record<string, unknown[]>).map(([name, own]) => [name, own.toReversed()]),
            ),
          )
        : answer,
  },
];
