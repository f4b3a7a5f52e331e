import { describe, expect, test } from "vitest";
import { readAnswers } from "../../fuzz/answers.ts";
import type { Case } from "../../fuzz/case.ts";
import { judge } from "../../fuzz/judge.ts";

const sent: Case = {
  ...{ number: 1, sort: "requests", what: "pipelined up to an end", count: 3, pieces: [] },
  methods: ["GET", "GET", "GET"],
};
const head = "HTTP/1.1 200 OK\r\nx-content-type-options: nosniff\r\ncontent-type: application/json\r\n";
const answer = `${head}content-length: 2\r\n\r\n{}`;

/** What is wrong with these bytes, after which the gateway has hung up. */
function wrong(one: Case, bytes: string, closed = true) {
  const read = readAnswers(Buffer.from(bytes), one.methods);
  return judge(one, { ...read, timedOut: false, left: false, closed });
}

describe("a stream that is asked for behind other requests", () => {
  const behind = { ...sent, mayBeGivenUp: true };

  test("may be hung up on, once all before it are answered", () => {
    expect(wrong(behind, answer + answer)).toEqual([]);
  });

  test("is no reason to answer fewer of these, or only half of one", () => {
    expect(wrong(behind, answer)).toEqual(["1 of 3 requests are not answered"]);
    expect(wrong(behind, answer + answer.slice(0, -1))).toEqual(["the answer 200 ends in its middle"]);
  });

  test("is answered where the connection stays", () => {
    expect(wrong(behind, answer + answer, false)).toEqual(["1 of 3 requests are not answered"]);
  });
});

test("what is asked for behind others, and is no stream, is answered", () => {
  expect(wrong(sent, answer + answer)).toEqual(["1 of 3 requests are not answered"]);
  expect(wrong(sent, answer + answer + answer)).toEqual([]);
});

test("a transfer encoding that nobody knows is refused by a 501 in its own words, and by no other", () => {
  const refusal = (detail: string) => {
    const body = JSON.stringify({ detail });
    return `${head.replace("200 OK", "501 Not Implemented")}content-length: ${body.length}\r\n\r\n${body}`;
  };
  const one = { ...sent, methods: ["GET"] };
  expect(wrong(one, refusal("Send the body as it is, without a transfer encoding but chunked."))).toEqual([]);
  expect(wrong(one, refusal("later"))).toEqual(["it is answered by 501: later"]);
});
