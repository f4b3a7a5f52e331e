import { WrongDeviceError } from "benchd/driver";

/**
 * Whether a reply may be that to `*IDN?`: a maker, which is no number, a model, and more. A late answer to something else
 * rarely is.
 */
export const tellsIdentity = (reply: string): boolean => {
  const [maker = "", model] = reply.split(",");
  return model !== undefined && maker.trim() !== "" && !Number.isFinite(Number(maker));
};

/**
 * What every instrument of 488.2 answers at any time, and forgets nothing by: the enable register of its events, 0 to 255
 * (488.2, 10.11).
 */
export const enableMask = { ask: "*ESE?", accepts: (reply: string): boolean => /^\s*\+?\d{1,3}\s*$/.test(reply) };

/** 488.2 has 72 characters at the most: so much of an answer is held against a pattern. */
const longest = 1000;

/** Maker, model, serial number, firmware (488.2, 10.14); `pattern` is what has to occur in them. */
export function identityOf(reply: string, pattern?: RegExp) {
  if (!tellsIdentity(reply) || pattern?.test(reply.slice(0, longest)) === false)
    throw new WrongDeviceError(
      `an instrument whose *IDN? ${pattern ? `matches ${pattern.source}` : "names maker and model"} is expected, but ${reply} answers: connect the right one, then reset it (DELETE /{thing}/quarantine)`,
    );
  const [maker = "", model = "", serialNumber = "", ...firmware] = reply.split(",").map((field) => field.trim());
  return {
    model: `${maker} ${model}`,
    // 0 means that it does not tell.
    ...(serialNumber && serialNumber !== "0" && { serialNumber }),
    ...(firmware.length > 0 && { firmware: firmware.join() }),
  };
}
