/** Events lie between what a client has and what it is told next. */
export interface Gap {
  /**
   * `restart`: its id is of another run of benchd; `too_old`: what followed upon it is not kept any more; `slow`: it has
   * not read in time; `unknown_id`: no event has ever had that id.
   */
  readonly why: "restart" | "too_old" | "slow" | "unknown_id";
  /** How many events of all kinds it may have missed; null when nobody knows. */
  readonly missed: number | null;
  /** What follows comes after the event of this number. */
  readonly after: number;
}

const remedies: Readonly<Record<Gap["why"], string>> = {
  restart: "benchd was started again since",
  too_old: "they are not kept for so long",
  slow: "they were not read in time",
  unknown_id: "the Last-Event-ID is none that was given",
};

/**
 * The id of an event on the wire: another run of the process has another epoch. It begins with the time, where one is
 * given, which is ms since 1970.
 */
export const idOf = (epoch: string, number: number, at?: number): string =>
  `${at === undefined ? "" : `${new Date(at).toISOString()}/`}${epoch}-${number}`;

/** The number in an id, or why it says nothing here. */
export function readId(id: string, epoch: string): number | "restart" | "unknown_id" {
  const [, of, digits] = /^(?:[-+\d:.TZ]{1,32}\/)?([0-9a-f]{12})-(\d{1,15})$/.exec(id) ?? [];
  if (of === undefined) return "unknown_id";
  return of === epoch ? Number(digits) : "restart";
}

/** By itself it tells nothing, but where to resume from. */
export const idLine = (epoch: string, number: number): string => `id: ${idOf(epoch, number)}\n`;

/** A message of the Server-Sent Events specification. Neither part may have line breaks; JSON has none. */
export const message = (id: string, { event, data }: { readonly event: string; readonly data: string }): string =>
  `id: ${id}\nevent: ${event}\ndata: ${data}\n\n`;

export function gapMessage(epoch: string, { why, missed, after }: Gap): string {
  const detail = `some events are missing, as ${remedies[why]}: read the state of what you watch anew`;
  return message(idOf(epoch, after), { event: "gap", data: JSON.stringify({ why, missed, detail }) });
}
