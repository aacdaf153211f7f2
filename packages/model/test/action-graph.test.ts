import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatActionGraph, parseActionGraph } from '../src/index.ts';

const shared = process.env['HOLDFAST_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const path = join(shared, 'scheduler-cases', 'exp');

/** What the reference's own comparison ignores: spaces, and the empty element's long form. */
const normalize = (text: string): string => text.replace(/\s+/g, '');

describe('a transition graph', () => {
  it.skipIf(!existsSync(path))('prints as it was read', () => {
    for (const file of readdirSync(path)) {
      const text = readFileSync(join(path, file), 'utf8');
      expect(normalize(formatActionGraph(parseActionGraph(text))), file).toBe(normalize(text));
    }
  });

  it('names the place of an unknown action', () => {
    const text =
      '<transition_graph>\n<synapse id="0"><action_set><x/></action_set></synapse></transition_graph>';
    expect(() => parseActionGraph(text)).toThrow(/x is not an action .*line 2/);
  });
});
