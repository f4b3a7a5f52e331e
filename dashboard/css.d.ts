declare module "*.css";

/** Its address, once it is served. */
declare module "*.svg" {
  const url: string;

  export { url as default };
}
