import { describe, expect, it } from 'vitest';
import { compareCluster } from './compare-clusters.ts';
import { generateCluster } from './generate-cluster.ts';
import { judge } from './judge.ts';
import { ReferenceSimulator, referenceVersion } from './reference-simulator.ts';

const version = referenceVersion();
const usable = version?.startsWith('2.1.5') ?? false;
const count = Number(process.env['HOLDFAST_FUZZ_COUNT'] ?? 60);
const first = Number(process.env['HOLDFAST_FUZZ_SEED'] ?? 1);

describe('generated clusters', () => {
  it('are determined by their seed', () => {
    expect(generateCluster(7)).toEqual(generateCluster(7));
    expect(generateCluster(7)).not.toEqual(generateCluster(8));
  });

  it.skipIf(!usable)(
    `are decided as by the reference simulator${usable ? '' : ` (skipped: needs crm_simulate 2.1.5, found ${version ?? 'none'})`}`,
    { timeout: 600_000 },
    () => {
      const reference = new ReferenceSimulator();
      const unexplained: number[] = [];
      for (let seed = first; seed < first + count; seed++) {
        const cluster = generateCluster(seed);
        const found = compareCluster(cluster, reference, [1, 2]);
        if (found !== 'refused' && judge(cluster, found).unexplained) unexplained.push(seed);
      }
      reference.dispose();
      expect(unexplained).toEqual([]);
    },
  );
});
