/** `812 B`, `4.2 kB`, `64 MB`: of 1000, as disks are sold. */
export function bytesText(bytes: number): string {
  const size = Math.max(0, Math.min(4, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const number = bytes / 1000 ** size;
  return `${number < 10 && size > 0 ? number.toFixed(1) : Math.floor(number)} ${["B", "kB", "MB", "GB", "TB"][size]}`;
}
