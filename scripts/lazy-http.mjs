/**
 * An esbuild plugin: `node:http` is loaded without its fetch half. An ES module import of it reads every export, and
 * reading `WebSocket` loads the whole of undici: 40 ms and some MiB in each process, for nothing.
 */
export const lazyHttp = {
  name: 'lazy-http',
  setup(build) {
    build.onResolve({ filter: /^(node:)?http$/ }, () => ({ path: 'http', namespace: 'lazy-http' }));
    build.onLoad({ filter: /.*/, namespace: 'lazy-http' }, () => ({
      contents: "module.exports = process.getBuiltinModule('node:http');",
      loader: 'js',
    }));
  },
};
