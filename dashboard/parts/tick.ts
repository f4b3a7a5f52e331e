import { signal } from "@preact/signals";

/** Every second, as long as somebody reads it; ms since 1970 by the browser's clock. What is shown with it goes on by itself. */
let timer: ReturnType<typeof setInterval> | undefined;
export const second = signal(Date.now(), {
  watched() {
    second.value = Date.now();
    timer = setInterval(() => {
      second.value = Date.now();
    }, 1000);
  },
  unwatched() {
    clearInterval(timer);
  },
});
