/** One thing that was looked at. A problem keeps benchd from doing its work, a warning may. */
export interface Finding {
  readonly verdict: "ok" | "warning" | "problem";
  readonly about: string;
  /** What it is, and unless it is well what to do. */
  readonly what: string;
}

/** Findings about one thing. */
export const about = (about: string) => ({
  ok: (what: string): Finding => ({ verdict: "ok", about, what }),
  warning: (what: string): Finding => ({ verdict: "warning", about, what }),
  problem: (what: string): Finding => ({ verdict: "problem", about, what }),
});

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
