import { join } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '../..');

/** What a page gets: reads, computes and prints a cluster. */
const ENTRY = `
import { formatCib, parseCib } from '@holdfast/model';
import * as policy from '@holdfast/policy-engine';
globalThis.holdfast = { formatCib, parseCib, policy };
globalThis.simulateText = (text) => JSON.stringify(policy.simulateDocument(text, policy));
`;

/** One script without imports. Fails if anything of Node is needed. */
export async function bundleForBrowser(): Promise<string> {
  const result = await build({
    stdin: { contents: ENTRY, resolveDir: join(ROOT, 'packages/cli'), loader: 'ts' },
    absWorkingDir: ROOT,
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    conditions: ['source'],
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  return result.outputFiles[0]?.text ?? '';
}
