import { readFileSync } from 'node:fs';

const WASTEFUL = "throw RangeError('Could not decode int16BE');";

/**
 * An esbuild plugin: the end of a buffer is told without a stack trace. Noise's decoder ends every received message with
 * this error and catches it itself; making the trace was a tenth of an idle member's processor time.
 */
export const cheapNoise = {
  name: 'cheap-noise',
  setup(build) {
    build.onLoad({ filter: /@libp2p\/noise\/dist\/src\/encoder\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes(WASTEFUL)) throw new Error(`${path} has changed: see scripts/cheap-noise.mjs`);
      const cheap = text.replace(WASTEFUL, 'throw TOO_SHORT;');
      return {
        contents: `const TOO_SHORT = RangeError('Could not decode int16BE');\n${cheap}`,
        loader: 'js',
      };
    });
  },
};
