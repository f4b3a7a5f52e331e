/** What a text from the file says; undefined where it is damaged, which nothing else has to suffer for. */
export function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
