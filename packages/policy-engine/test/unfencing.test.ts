import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, primitive, stopped } from './small-cluster.ts';

/** Digest of an empty parameter set. */
const NOTHING = 'f2317cad3d54cec5d7d7aa7d0bf35cf8';

function unfencingDigests(featureSet: string): string[] {
  const device = primitive('fence', { provides: 'unfencing' }, {
    class: 'stonith',
    provider: undefined,
    type: 'fence_scsi',
    params: attributes({ pcmk_host_list: 'n1', passwd: 'secret' }),
  } as never);
  const input = cluster({
    nodes: [{ name: 'n1', histories: { a: stopped('a') } }],
    resources: [device, primitive('a')],
    options: { 'fencing-enabled': 'true' },
  });
  const { graph } = computeTransition({ ...input, header: { ...input.header, crm_feature_set: featureSet } });
  const unfence = graph.synapses.find(({ action }) => action.operation === 'stonith');
  return ['all', 'secure'].map((name) => unfence?.action.attributes[`CRM_meta_digests_${name}`] ?? '-');
}

describe('digests of a device that unfences', () => {
  test('secrets are left out of the secure digest', () => {
    const [all, secure] = unfencingDigests('3.19.0');
    expect(secure).not.toBe(all);
    expect(secure).not.toContain(NOTHING);
  });

  test('up to feature set 3.16 so are the parameters that are for the cluster', () => {
    expect(unfencingDigests('3.15.9')[1]).toBe(`fence:fence_scsi:${NOTHING},`);
  });
});

test('fencing-action is reboot unless it is off', () => {
  const action = (value: string) => {
    const device = primitive('fence', {}, { class: 'stonith', type: 'fence_xvm' });
    const nodes = [{ name: 'n1' }, { name: 'n2', online: false }];
    const options = { 'fencing-enabled': 'true', 'fencing-action': value };
    const { decisions } = computeTransition(cluster({ nodes, resources: [device], options }));
    return decisions.map(({ verb }) => verb).find((verb) => verb.startsWith('Fence'));
  };
  expect(action('off')).toBe('Fence (off)');
  expect(action('poweroff')).toBe('Fence (reboot)');
});
