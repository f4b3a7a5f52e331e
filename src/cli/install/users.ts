/** For sysusers.d: the groups that own serial ports and GPIO, and `user`, if that is ours to make. */
export const userOf = (user: string) =>
  [
    "g dialout -",
    "g gpio -",
    // Somebody else is there already.
    ...(user === "benchd" ? ['u benchd - "benchd, the gateway of the bench" /var/lib/benchd'] : []),
    "",
  ].join("\n");
