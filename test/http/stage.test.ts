import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import stage from "../../drivers/stage.ts";
import twin from "../../hardware-mocks/stage.ts";
import { DiscreteClock } from "../../src/discrete-clock.ts";
import { parseConfig } from "../../src/gateway/config/config.ts";
import { Gateway } from "../../src/gateway/gateway.ts";
import { buildApp } from "../../src/http/app.ts";

/** What a notebook for the stage of an OpenFlexure microscope does, through its client. */
async function openStage() {
  const clock = new DiscreteClock();
  const config = parseConfig("things:\n  stage: { driver: stage }\n", "bench.yaml");
  const catalogue = { names: async () => ["stage"], definition: async () => stage, twin: async () => twin };
  const gateway = await clock.until(
    Gateway.open({ config, catalogue, clock, processClock: new DiscreteClock(), mock: true, log() {} }),
  );
  const app = await buildApp({ gateway, config, log: pino({ level: "silent" }), clock: new DiscreteClock() });
  return {
    gateway,
    app,
    /** Ask for an action, let it end, and return its invocation. */
    async run(action: string, payload?: object) {
      const response = await app.inject({
        method: "POST",
        url: `/stage/${action}`,
        headers: { prefer: "respond-async" },
        ...(payload && { payload }),
      });
      if (response.statusCode !== 201) return response.json();
      await clock.advance(5000);
      return (await app.inject({ url: response.json().href })).json();
    },
    get: async (property: string) => {
      const reading = app.inject({ url: `/stage/${property}` });
      return (await clock.until(reading.then((response) => response))).json();
    },
    close: () => clock.until(app.close().then(() => gateway.close())),
  };
}

describe("the stage as an OpenFlexure client sees it", () => {
  let bench: Awaited<ReturnType<typeof openStage>>;
  beforeAll(async () => {
    bench = await openStage();
  });
  afterAll(() => bench.close());

  it("has the names and shapes of the OpenFlexure server", async () => {
    const { properties, actions, ...rest } = (await bench.app.inject({ url: "/stage/" })).json();
    expect(Object.keys(properties).sort()).toEqual(["axis_inverted", "axis_names", "moving", "position"]);
    expect(Object.keys(actions)).toEqual(
      expect.arrayContaining([
        "move_relative",
        "move_absolute",
        "jog",
        "set_zero_position",
        "get_xyz_position",
        "stop",
      ]),
    );
    expect(actions.move_relative.input).toMatchObject({
      type: "object",
      properties: { block_cancellation: { type: "boolean", default: false } },
      additionalProperties: { type: "integer" },
    });
    expect(rest["benchd:unstoppableWhile"]).toContain("firmware 0.x");
  });

  it("takes axes as keys of their own, and defaults for the rest", async () => {
    expect(await bench.run("move_absolute", { x: 100, y: 50, z: 0 })).toMatchObject({
      status: "completed",
      input: { x: 100, y: 50, z: 0, block_cancellation: false },
    });
    expect(await bench.run("move_relative", { x: -30, block_cancellation: true })).toMatchObject({
      status: "completed",
    });
    expect(await bench.run("jog", { z: 5 })).toMatchObject({ status: "completed" });
    expect(await bench.get("position")).toEqual({ x: 70, y: 50, z: 5 });
    expect(await bench.run("get_xyz_position")).toMatchObject({ output: [70, 50, 5] });
  });

  it("tells its axes, that it rests, and its position as its state", async () => {
    expect(await bench.get("axis_names")).toEqual(["x", "y", "z"]);
    expect(await bench.get("moving")).toBe(false);
    expect(bench.gateway.thing("stage").metadata()).toMatchObject({ position: { x: 70, y: 50, z: 5 } });
  });

  it("sets zero without moving", async () => {
    expect(await bench.run("set_zero_position")).toMatchObject({ status: "completed" });
    expect(await bench.get("position")).toEqual({ x: 0, y: 0, z: 0 });
  });

  it.each([[{ q: 3 }], [{ x: 1.5 }], [{ x: "3" }]])("refuses %o with 422 before anything moves", async (payload) => {
    const response = await bench.app.inject({ method: "POST", url: "/stage/move_relative", payload });
    expect(response.statusCode).toBe(422);
  });
});
