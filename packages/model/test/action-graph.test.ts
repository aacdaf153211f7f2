import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatActionGraph, parseActionGraph } from '../src/index.ts';

const shared = process.env['HOLDFAST_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const folders = ['scheduler-cases', 'scheduler-generated']
  .map((name) => join(shared, name, 'exp'))
  .filter(existsSync);

/** What the reference's own comparison ignores: spaces, and the empty element's long form. */
const normalize = (text: string): string => text.replace(/\s+/g, '');

describe('a transition graph', () => {
  it.skipIf(folders.length === 0)('prints as it was read', () => {
    for (const folder of folders) {
      const differing = readdirSync(folder).filter((file) => {
        const text = readFileSync(join(folder, file), 'utf8');
        return normalize(formatActionGraph(parseActionGraph(text))) !== normalize(text);
      });
      expect(differing, folder).toEqual([]);
    }
  });

  it('names the place of an unknown action', () => {
    const text =
      '<transition_graph>\n<synapse id="0"><action_set><x/></action_set></synapse></transition_graph>';
    expect(() => parseActionGraph(text)).toThrow(/x is not an action .*line 2/);
  });
});
