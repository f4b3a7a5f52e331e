import { AsyncResource } from "node:async_hooks";
import type { Clock, Timer } from "../../clock.ts";
import { instantOf } from "./beat.ts";
import type { Recording } from "./recording.ts";

/** What changes more often has a row for what it is then; bench milliseconds. */
const atMostEveryMs = 50;

/** Let a recording take what Things tell of its properties, besides what is read; returns how to cease. */
export function hearOf(recording: Recording, clock: Clock): () => void {
  let latest = Number.NEGATIVE_INFINITY;
  let timer: Timer | undefined;
  const take = () => {
    timer = undefined;
    latest = clock.now();
    recording.take(instantOf(clock));
  };
  // News come in the context of whatever work caused them, which this is no part of.
  const heard = AsyncResource.bind(() => {
    const quietMs = clock.now() - latest;
    if (quietMs >= atMostEveryMs) take();
    else timer ??= clock.after(atMostEveryMs - quietMs, take);
  });
  const leave = [...new Set(recording.sources.map(({ thing }) => thing))].map((thing) =>
    thing.observe((news) => {
      if (news.kind !== "property") return;
      const source = recording.sources.find((one) => one.thing === thing && one.property === news.name);
      if (!source) return;
      source.told(news.value);
      heard();
    }),
  );
  return () => {
    timer?.cancel();
    for (const cease of leave) cease();
  };
}
