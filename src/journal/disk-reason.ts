/** Why a disk has refused something, without where its files lie: that is the business of nobody who is told this. */
export const diskReason = (cause: unknown): string =>
  cause instanceof Error ? cause.message.replace(/, \w+ '.*$/s, "") : String(cause);
