import { readFileSync } from 'node:fs';

/** In each file of noise what is wasteful there, and what takes its place. */
const CHEAPER = {
  // While connections are made: no stack trace.
  'encoder.js': ["throw RangeError('Could not decode int16BE');", 'throw TOO_SHORT;'],
  // For each message: nothing is thrown. The greatest length says the same, since all of it cannot be there yet.
  'utils.js': [
    'lengthDecoder: uint16BEDecode,',
    'lengthDecoder: (data) => (data.byteLength < 2 ? 0xffff : uint16BEDecode(data)),',
  ],
};

/**
 * An esbuild plugin: the end of a buffer costs nothing. Noise's decoder ends every received message with an error that it
 * catches itself; making its stack was a tenth of an idle member's processor time, and throwing it one per cent of what a
 * follower needs for a write.
 */
export const cheapNoise = {
  name: 'cheap-noise',
  setup(build) {
    build.onLoad({ filter: /@libp2p\/noise\/dist\/src\/(encoder|utils)\.js$/ }, ({ path }) => {
      const [wasteful, cheap] = CHEAPER[path.split('/').pop()];
      const text = readFileSync(path, 'utf8');
      if (!text.includes(wasteful)) throw new Error(`${path} has changed: see scripts/cheap-noise.mjs`);
      const prelude = "const TOO_SHORT = RangeError('Could not decode int16BE');\n";
      return { contents: prelude + text.replace(wasteful, cheap), loader: 'js' };
    });
  },
};
