/** Where a Thing is in the Web of Things view, after the address of the gateway. */
export const thingPath = (prefix: string, thing: string) => `${prefix}/things/${thing}`;
