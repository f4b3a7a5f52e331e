import fc from "fast-check";

/**
 * What is drawn at random is the same each time, so that a test that fails has been broken by what was changed. Others are
 * looked for with `TEST_SEED=$RANDOM npm run test:thorough`.
 */
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env["TEST_SEED"] ?? 20_261_121) });
