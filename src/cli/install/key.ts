interface Asked {
  /** The file of the key. */
  readonly key: string;
  readonly user: string;
  /** Rejects when it fails. */
  run(program: string, args: readonly string[]): Promise<unknown>;
}

/** What to do so that the service can read its key; undefined when it can. */
export async function keyRemedy({ key, user, run }: Asked): Promise<string | undefined> {
  try {
    await run("runuser", ["-u", user, "--", "test", "-r", key]);
    return undefined;
  } catch {
    return `${user} may not read ${key}: sudo chown ${user} ${key} && sudo chmod 600 ${key}`;
  }
}
