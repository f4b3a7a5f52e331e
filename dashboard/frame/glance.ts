import { effect } from "@preact/signals";
import type { Bench } from "../bench/bench.ts";
import asked from "../icons/asked.svg";
import calm from "../icons/bench.svg";
import lost from "../icons/lost.svg";
import stopped from "../icons/stopped.svg";
import { place } from "../route.ts";
import { iconOf, titleOf } from "./title.ts";
import { titleOfView } from "./views.ts";

const icons = { asked, lost, stopped, bench: calm };

/** It is wanted when there is no gateway to load it from; without it the title has to do. */
async function keepLostIcon(): Promise<void> {
  const answer = await fetch(lost).catch(() => undefined);
  if (answer?.ok) icons.lost = URL.createObjectURL(await answer.blob());
}

/** Keeps the title and the icon of the tab as the bench is, and marks all of the page while it is not known how that is. */
export function followAtAGlance(bench: Bench, page: Document): () => void {
  void keepLostIcon().catch(() => {});
  return effect(() => {
    const { state } = bench.link.value;
    const glance = {
      view: titleOfView(place.value.path),
      stopped: bench.emergencyStop.value.stopped,
      lost: state === "lost",
      asked: bench.prompts.value.length,
    };
    page.title = titleOf(glance);
    page.documentElement.dataset["link"] = state;
    page.querySelector("link[rel=icon]")?.setAttribute("href", icons[iconOf(glance)]);
  });
}
