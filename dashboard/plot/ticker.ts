/** Plots are drawn so often at most; ms. */
const everyMs = 100;

const drawn = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** `draw` is called about ten times a second while the page is seen; returns what ends that. */
export function onTick(draw: () => void): () => void {
  drawn.add(draw);
  timer ??= setInterval(() => {
    if (document.hidden) return;
    for (const one of drawn) one();
  }, everyMs);
  return () => {
    drawn.delete(draw);
    if (drawn.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
