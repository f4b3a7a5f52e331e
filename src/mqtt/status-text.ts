/** What the status of a gateway says, whoever has written it. */
export function statusIn(text: string): {
  readonly status?: unknown;
  readonly installation?: unknown;
  readonly epoch?: unknown;
  readonly connection?: unknown;
} {
  try {
    const told: unknown = JSON.parse(text);
    return typeof told === "object" && told !== null ? told : {};
  } catch {
    return {};
  }
}
