import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type DevCluster,
  type DevClusterOptions,
  startDevCluster,
} from '../../packages/cli/src/dev/dev-cluster.ts';

/** Root of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A cluster of real daemons on loopback addresses for one test file; needs no root. */
export async function startLoopbackCluster(
  options: Partial<DevClusterOptions> = {},
): Promise<DevCluster & { readonly directory: string }> {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-loopback-'));
  const cluster = await startDevCluster({ root: ROOT, directory, httpPort: 18_080, ...options });
  return {
    ...cluster,
    directory,
    stop: async () => {
      await cluster.stop();
      if (!process.env.HOLDFAST_KEEP) rmSync(directory, { recursive: true, force: true });
    },
  };
}
