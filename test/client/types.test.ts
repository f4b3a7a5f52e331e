import { describe, expectTypeOf, it } from "vitest";
import type camera from "../../drivers/camera.ts";
import type counter from "../../drivers/counter.ts";
import type syringePump from "../../drivers/syringe-pump.ts";
import type { Clock } from "../../src/client/clock.ts";
import {
  type BenchEvent,
  type BlobLink,
  connect,
  type GapEvent,
  type Invocation,
  type Prompt,
  type Thing,
  type ThingState,
} from "../../src/client/index.ts";
import type { InvocationStatus, ToldInvocation } from "../../src/client/wire/invocation.ts";
import type { Clock as GatewaysClock } from "../../src/clock.ts";
import type { BenchEvent as ToldEvent } from "../../src/events/event.ts";
import type { Gateway } from "../../src/gateway/gateway.ts";
import type { Gap } from "../../src/http/events/sse-message.ts";
import type { promptJson } from "../../src/http/experiment/prompt-json.ts";
import type { invocationJson } from "../../src/http/invocation-json.ts";
import type { InvocationStatus as GatewaysStatus } from "../../src/invocation/state.ts";

/** As `benchd types` writes it. */
interface Balance {
  readonly properties: {
    readonly mass: { readonly value: number; readonly readOnly: true };
    readonly unit: { readonly value: "g" | "mg" };
  };
  readonly actions: {
    readonly tare: { readonly output: null };
    readonly weigh: { readonly input: { readonly stable?: boolean }; readonly output: { readonly mass: number } };
    readonly set: { readonly input: { readonly to: number }; readonly output: null };
  };
}
interface Things {
  readonly balance: Balance;
}

const url = "http://127.0.0.1:5000";
/** Never run: what is in it is only looked at by the compiler. */
const compiled = (_: () => unknown) => {};

describe("a Thing of which a contract is known", () => {
  const balance = connect<Things>(url).thing("balance");

  it("is found by its name, or named with a contract of its own", () => {
    expectTypeOf(balance).toEqualTypeOf<Thing<Balance>>();
    expectTypeOf(connect(url).thing<Balance>("scales")).toEqualTypeOf<Thing<Balance>>();
    // @ts-expect-error there is no such Thing
    compiled(() => connect<Things>(url).thing("pump"));
  });

  it("has properties of these types, written only where that can be", () => {
    compiled(() => {
      expectTypeOf(balance.read("mass")).resolves.toEqualTypeOf<number>();
      expectTypeOf(balance.observe("unit")).toEqualTypeOf<AsyncGenerator<"g" | "mg">>();
      void balance.write("unit", "mg");
      // @ts-expect-error it is not one of these
      void balance.write("unit", "kg");
      // @ts-expect-error it is read-only
      void balance.write("mass", 3);
      // @ts-expect-error there is no such property
      void balance.read("colour");
    });
  });

  it("has actions whose input and output are known", () => {
    compiled(() => {
      expectTypeOf(balance.invoke("tare")).toEqualTypeOf<Invocation<null>>();
      expectTypeOf(balance.invoke("weigh")).resolves.toEqualTypeOf<{ readonly mass: number }>();
      void balance.invoke(
        "weigh",
        { stable: true },
        { onProgress: ({ progress }) => expectTypeOf(progress).toEqualTypeOf<number | null>() },
      );
      void balance.invoke("tare", undefined, { signal: AbortSignal.abort() });
      // @ts-expect-error its input is missing
      void balance.invoke("set");
      // @ts-expect-error a text is no number
      void balance.invoke("set", { to: "3" });
      // @ts-expect-error it takes no input
      void balance.invoke("tare", { hard: true });
      // @ts-expect-error there is no such action
      void balance.invoke("explode");
    });
  });
});

describe("a Thing of which the driver is known", () => {
  const pump = connect(url).thing<typeof syringePump>("pump");

  it("has what its definition says, and stop", () => {
    compiled(() => {
      expectTypeOf(pump.read("remaining")).resolves.toEqualTypeOf<number>();
      expectTypeOf(pump.invoke("dispense", { volume: 5 })).resolves.toEqualTypeOf<{ dispensed: number }>();
      expectTypeOf(pump.invoke("stop")).resolves.toEqualTypeOf<null>();
      expectTypeOf(pump.invoke("clear_calibration")).resolves.toEqualTypeOf<null>();
      // @ts-expect-error it is read-only
      void pump.write("dispensed", 3);
      // @ts-expect-error the volume is missing
      void pump.invoke("dispense", {});
      // @ts-expect-error there is no such action
      void pump.invoke("explode");
    });
  });

  it("tells where the bytes of a blob are, and takes that for an input", () => {
    compiled(() => {
      const eye = connect(url).thing<typeof camera>("camera");
      expectTypeOf(eye.invoke("snapshot")).resolves.toEqualTypeOf<BlobLink>();
      const count = connect(url).thing<typeof counter>("counter");
      expectTypeOf(
        count.invoke("read_blob", { blob: { href: "", media_type: "text/plain" } }),
      ).resolves.toEqualTypeOf<number>();
    });
  });
});

describe("a Thing of which nothing is known", () => {
  const any = connect(url).thing("anything");

  it("has any name, and unknown values", () => {
    compiled(() => {
      expectTypeOf(any.read("mass")).resolves.toEqualTypeOf<unknown>();
      expectTypeOf(any.invoke("weigh", { stable: true })).resolves.toEqualTypeOf<unknown>();
      void any.invoke("tare");
      void any.write("gain", 3);
    });
  });
});

describe("what stands in the client once more", () => {
  it("is what the gateway tells", () => {
    type Known = Exclude<BenchEvent, { kind: "gap" }>;
    type Bare<Event> = Event extends unknown ? Omit<Event, "number" | "at"> : never;
    expectTypeOf<Bare<Known>>().toEqualTypeOf<Bare<ToldEvent>>();
    expectTypeOf<GapEvent["why"]>().toEqualTypeOf<Gap["why"]>();
    expectTypeOf<ReturnType<typeof invocationJson>>().toExtend<ToldInvocation>();
    expectTypeOf<InvocationStatus>().toEqualTypeOf<GatewaysStatus>();
    expectTypeOf<Clock>().toEqualTypeOf<GatewaysClock>();
    expectTypeOf<ReturnType<typeof promptJson>>().toExtend<Prompt>();
    expectTypeOf<ReturnType<Gateway["states"]>[string]>().toExtend<ThingState>();
  });
});

it("an event is told apart by its kind", () => {
  compiled(() => {
    const look = (event: BenchEvent) => {
      if (event.kind === "gap") return expectTypeOf(event.missed).toEqualTypeOf<number | null>();
      expectTypeOf(event.at).toEqualTypeOf<string>();
      if (event.kind === "progress") expectTypeOf(event.progress).toEqualTypeOf<number | null>();
      if (event.kind === "invocation") expectTypeOf(event.requestedBy).toEqualTypeOf<string>();
      return undefined;
    };
    return look;
  });
});
