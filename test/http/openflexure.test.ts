import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/gateway/config/config.ts";
import type { Gateway } from "../../src/gateway/gateway.ts";
import { buildApp } from "../../src/http/app.ts";
import type { App } from "../../src/http/view.ts";
import { decodeJpeg } from "../drivers/jpeg-decoder.ts";
import { openGateway } from "../gateway/fixture.ts";
import { Cancelled, ClientBlob, ThingClient } from "./thing-client.ts";

const microscope = "prefix: /api/v3\nthings: { stage: { driver: stage }, camera: { driver: camera } }\n";

/**
 * What a notebook for an OpenFlexure microscope (server version 3) does: `ThingClient.from_url(".../api/v3/stage/")`, then
 * its actions by their names, with the axes as keywords.
 */
describe("an OpenFlexure notebook", () => {
  let gateway: Gateway;
  let clock: Awaited<ReturnType<typeof openGateway>>["clock"];
  let app: App;
  let stage: ThingClient;
  let camera: ThingClient;
  /** While the notebook waits, time passes at the bench. */
  const inTime = <T>(work: Promise<T>): Promise<T> => clock.until(work, 10_000);

  beforeAll(async () => {
    ({ gateway, clock } = await openGateway(microscope));
    const config = parseConfig(microscope, "bench.yaml");
    app = await buildApp({ gateway, config, log: pino({ level: "silent" }) });
    const url = `${await app.listen({ host: "127.0.0.1", port: 0 })}/api/v3`;
    const pause = async (seconds: number) => clock.advance(seconds * 1000);
    stage = await ThingClient.connect(`${url}/stage/`, pause);
    camera = await ThingClient.connect(`${url}/camera/`, pause);
  });
  afterAll(async () => {
    await app.close();
    await clock.until(gateway.close());
  });

  it("asks where the stage is, and moves it", async () => {
    const here = (await inTime(stage.get("position"))) as { x: number; y: number; z: number };
    await inTime(stage.invoke("move_relative", { x: 100, z: -20 }));
    expect(await inTime(stage.get("position"))).toEqual({ x: here.x + 100, y: here.y, z: here.z - 20 });
    await inTime(stage.invoke("move_to_xyz_position", { xyz_pos: [0, 0, 0] }));
    expect(await inTime(stage.invoke("get_xyz_position"))).toEqual([0, 0, 0]);
  });

  it("jogs, and the next jog takes the place of the one before", async () => {
    const first = stage.invoke("jog", { x: 100_000 }).catch((error: unknown) => error);
    await until(() => gateway.thing("stage").lane.holder !== undefined);
    await clock.advance(100);
    await inTime(stage.invoke("jog", { y: 30 }));
    expect(await inTime(first)).toBeInstanceOf(Cancelled);
    const { x, y } = (await inTime(stage.get("position"))) as { x: number; y: number };
    expect([x > 0 && x < 100_000, y]).toEqual([true, 30]);
    await inTime(stage.invoke("jog", { stop: true }));
  });

  it("stops a move in its middle", async () => {
    await inTime(stage.invoke("move_absolute", { x: 0, y: 0, z: 0 }));
    const moving = stage.invoke("move_absolute", { x: 100_000 }).catch((error: unknown) => error);
    await until(() => gateway.thing("stage").lane.holder !== undefined);
    await clock.advance(500);
    await inTime(stage.invoke("stop"));
    expect(await inTime(moving)).toBeInstanceOf(Cancelled);
    expect(await inTime(stage.get("moving"))).toBe(false);
    const { x } = (await inTime(stage.get("position"))) as { x: number };
    expect(x > 0 && x < 100_000).toBe(true);
  });

  it.each([
    ["snapshot", {}],
    ["grab_jpeg", {}],
    ["grab_jpeg", { stream_name: "main" }],
  ])("takes a picture by %s(%j), and opens it as a JPEG", async (action, input) => {
    await camera.set("resolution", { width: 96, height: 64 });
    const picture = await inTime(camera.invoke(action, input));
    expect(picture).toBeInstanceOf(ClientBlob);
    if (!(picture instanceof ClientBlob)) return;
    expect(picture.mediaType).toBe("image/jpeg");
    expect(decodeJpeg(await picture.content())).toMatchObject({ width: 96, height: 64 });
  });

  it("scans: moves, takes a picture, moves on, and no two pictures are the same", async () => {
    const pictures = new Set<string>();
    for (let column = 0; column < 5; column++) {
      await inTime(stage.invoke("move_relative", { x: 50 }));
      const picture = await inTime(camera.invoke("grab_jpeg"));
      if (picture instanceof ClientBlob) pictures.add(Buffer.from(await picture.content()).toString("base64"));
    }
    expect(pictures.size).toBe(5);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => setImmediate(resolve));
}
