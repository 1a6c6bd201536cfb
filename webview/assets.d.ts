// What esbuild.mjs makes of imports that are not code.

/** The path data of an icon's shapes, on the icon's own grid. */
declare module 'codicon:*' {
  const shapes: readonly string[];
  // oxlint-disable-next-line import/no-default-export -- the plugin's modules have nothing else to export
  export default shapes;
}

/** Style sheets go into panel.css. */
declare module '*.css';
