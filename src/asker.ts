/** Somebody who asks for something. */
export interface Named {
  readonly name: string;
  /** The address he asks from. */
  readonly from?: string | undefined;
}

/** Who asks; a name alone where there is no address, as of a Thing, of a button, of the gateway itself. */
export type Asker = string | Named;

export const named = (asker: Asker): Named => (typeof asker === "string" ? { name: asker } : asker);
