/** Counts by name, in groups. */
export class Tally {
  readonly #groups = new Map<string, Map<string, number>>();

  count(group: string, name: string, by = 1): void {
    const counts = this.#groups.get(group) ?? new Map<string, number>();
    this.#groups.set(group, counts.set(name, (counts.get(name) ?? 0) + by));
  }

  of(group: string, name: string): number {
    return this.#groups.get(group)?.get(name) ?? 0;
  }

  sum(group: string): number {
    return [...(this.#groups.get(group)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  }

  /** Lines of a Markdown table, a group a row, the most frequent first. */
  table(): readonly string[] {
    const rows = [...this.#groups].map(([group, counts]) => {
      const sorted = [...counts].sort(([, a], [, b]) => b - a);
      return `| ${group} | ${this.sum(group)} | ${sorted.map(([name, count]) => `${name} ${count}`).join(", ")} |`;
    });
    return ["| what | in all | each |", "| --- | --- | --- |", ...rows];
  }
}
