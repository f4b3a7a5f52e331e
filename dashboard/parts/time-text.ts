/** Times in words, in the zone of whoever looks. All take ms since 1970. */

const two = (n: number) => String(n).padStart(2, "0");

const day = (at: Date) => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

/** `14:03:22`, or `2026-11-20 14:03:22` on another day than that of `now`. */
export function shortTime(at: number, now: number): string {
  const date = new Date(at);
  if (!isTime(date)) return "no time";
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return day(date) === day(new Date(now)) ? clock : `${day(date)} ${clock}`;
}

/** All of it, as RFC 3339 writes it, with the viewer's zone: `2026-11-20T14:03:22.120+01:00`. */
export function fullTime(at: number): string {
  const date = new Date(at);
  if (!isTime(date)) return "no time";
  const ahead = -date.getTimezoneOffset();
  const offset = `${ahead < 0 ? "-" : "+"}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`;
  return new Date(at + 60_000 * ahead).toISOString().replace("Z", offset);
}

/** What the gateway writes in its sentences. What stands in quotes is somebody else's, and stays as it was said. */
const instants = /"[^"]*"|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;

/** A sentence of the gateway, with its times in the zone of whoever looks. */
export const timesInZone = (sentence: string, now: number): string =>
  sentence.replace(instants, (found) =>
    found.startsWith('"') || !isTime(new Date(found)) ? found : shortTime(Date.parse(found), now),
  );

const isTime = (date: Date) => !Number.isNaN(date.getTime());

/** `350 ms`, `4.2 s`, `42 s`, `3 min 05 s`, `2 h 14 min`, `3 d 4 h`: two units at most, cut off and not rounded up. */
export function durationText(ms: number): string {
  if (!Number.isFinite(ms)) return "no time";
  if (ms < 0) return `−${durationText(-ms)}`;
  if (ms < 1000) return `${Math.floor(ms)} ms`;
  const s = Math.floor(ms / 1000);
  if (s < 10) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${two(s % 60)} s`;
  if (s < 86_400) return `${Math.floor(s / 3600)} h ${two(Math.floor((s % 3600) / 60))} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor((s % 86_400) / 3600)} h`;
}

/** The same for what is counted down or up by the second, where tenths would only flicker. */
export function secondsText(ms: number): string {
  const s = Math.floor(Math.abs(ms) / 1000);
  return s < 60 ? `${ms <= -1000 ? "−" : ""}${s} s` : durationText(Math.sign(ms) * s * 1000);
}

/** The viewer's zone by name and distance: `Europe/Berlin (+01:00)`. */
export function zoneText(now: number): string {
  const offset = fullTime(now).slice(-6);
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return name ? `${name} (${offset})` : offset;
}
