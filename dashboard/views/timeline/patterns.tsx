import type { JSX } from "preact";

/** What tells ends and waits apart for who does not tell their colours. Their strokes are in the stylesheet. */
export function Patterns(): JSX.Element {
  return (
    <defs>
      <pattern id="tl-wire" class="tl-line" width="5" height="5" patternUnits="userSpaceOnUse">
        <path d="M0 5L5 0M-1 1L1 -1M4 6L6 4" />
      </pattern>
      <pattern id="tl-prompt" class="tl-dot" width="6" height="6" patternUnits="userSpaceOnUse">
        <circle cx="3" cy="3" r="1.5" />
      </pattern>
      <pattern id="tl-cancel" class="tl-line" width="4" height="4" patternUnits="userSpaceOnUse">
        <path d="M0 2H4" />
      </pattern>
      <pattern id="tl-cancelled" class="tl-line soft" width="8" height="8" patternUnits="userSpaceOnUse">
        <path d="M0 0L8 8M-1 7L1 9M7 -1L9 1" />
      </pattern>
      <pattern id="tl-error" class="tl-line soft" width="8" height="8" patternUnits="userSpaceOnUse">
        <path d="M0 0L8 8M8 0L0 8" />
      </pattern>
      <pattern id="tl-unknown" class="tl-dot soft" width="8" height="8" patternUnits="userSpaceOnUse">
        <circle cx="2" cy="2" r="1.4" />
        <circle cx="6" cy="6" r="1.4" />
      </pattern>
    </defs>
  );
}
