import type { Resource } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { formatScores } from '../src/output/scores-text.ts';
import { attributes, cluster, primitive, started } from './small-cluster.ts';

/** Lines of the score output that speak of one resource, sorted. */
function scoresOf(input: ReturnType<typeof cluster>, text: string): string[] {
  return formatScores(computeTransition(input).scores)
    .split('\n')
    .filter((line) => line.includes(text))
    .sort();
}

describe('unmanaged resources', () => {
  test('an unmanaged member stays where it is, which says nothing about where its group belongs', () => {
    const meta = attributes({ 'is-managed': 'false' });
    const group: Resource = { kind: 'group', id: 'g', meta, params: [], members: [primitive('a')] };
    const nodes = [{ name: 'n1', histories: { a: started('a') } }];
    expect(scoresOf(cluster({ nodes, resources: [group] }), 'group_assign')).toEqual([
      'pcmk__group_assign: a allocation score on n1: INFINITY',
      'pcmk__group_assign: g allocation score on n1: 0',
    ]);
  });
});
