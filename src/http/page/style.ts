/** Of all pages for people. */
export const style = `
  :root { color-scheme: light dark; --line: #8884; --soft: #8882; }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 3rem auto; padding: 0 1rem; }
  h1 { font-weight: 600; margin: 0 0 1.5rem; }
  table { width: 100%; border-collapse: collapse; }
  th, td { text-align: left; vertical-align: top; padding: .6rem .8rem .6rem 0; border-bottom: 1px solid var(--line); }
  th { font-weight: 500; font-size: .85rem; opacity: .7; }
  .state { display: inline-block; padding: 0 .6em; border-radius: 1em; background: var(--soft); white-space: nowrap; }
  h2 { font-size: 1.1rem; font-weight: 600; margin: 2rem 0 .6rem; } form { margin: .4rem 0 0; }
  .state::before { content: "●"; margin-right: .4em; color: #c33; }
  .ready::before, .met::before { color: #292; } .opening::before { color: #b80; }
  .reason { font-size: .85rem; opacity: .8; } .stopped, .stop { background: #c33; color: #fff; padding: .6rem 1rem; border-radius: .4rem; }
  .stop { border: 0; font: inherit; font-weight: 600; margin: 0 0 1rem; cursor: pointer; }
  #bar { display: flex; gap: 1.2rem; align-items: baseline; font-size: .9rem; margin-bottom: 1.5rem; } [hidden] { display: none !important; }
  pre { overflow-x: auto; } img { max-width: 100%; } input, button { font: inherit; }
  a { color: inherit; } nav { margin-top: 2rem; display: flex; gap: 1.2rem; flex-wrap: wrap; font-size: .9rem; }
`;
