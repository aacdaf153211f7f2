/**
 * An esbuild plugin: modules of Node that are large behind their first use are taken as they are, not imported. An ES
 * module import reads every export, and reading `WebSocket` of `node:http` loads the whole of undici (40 ms and some MiB
 * in each process, for nothing), reading `promises` of `node:fs` all kinds of streams.
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^(node:)?(http|fs)$/ }, ({ path }) => ({
      path: path.replace('node:', ''),
      namespace: 'lazy-builtins',
    }));
    build.onLoad({ filter: /.*/, namespace: 'lazy-builtins' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('node:${path}');`,
      loader: 'js',
    }));
  },
};
