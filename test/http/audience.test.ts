import { expect, test } from "vitest";
import { Audience } from "../../src/http/audience.ts";
import { FakeResponse } from "./fake-response.ts";

const leaving = () => {
  const told = { times: 0, return: () => void told.times++ };
  return told;
};

test("who has gone before what he asked for was there leaves it at once, and is not kept", () => {
  const audience = new Audience();
  const response = new FakeResponse(1000);
  response.destroy();
  const viewer = leaving();
  audience.expect({ what: "camera", max: 1, by: "a" }, response.asServerResponse)(viewer);
  expect(viewer.times).toBe(1);
  audience.close();
  expect(viewer.times).toBe(1);
});
