/** A time as a gateway tells it, to the second. */
export const moment = (time: string | null): string => (time === null ? "-" : time.replace(/\.\d+(?=Z|[+-])/, ""));
