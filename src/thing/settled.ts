/**
 * What a task comes to, whether it says so at once or later, throws or rejects. As an async function would tell it, but
 * without a promise around the one that the task has made: Things are read many times a second.
 */
export function settled<T>(task: () => T | Promise<T>): Promise<T> {
  try {
    return Promise.resolve(task());
  } catch (error) {
    return Promise.reject(error);
  }
}
