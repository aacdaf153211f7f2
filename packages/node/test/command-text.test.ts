import { OPERATIONS_PER_SLICE } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import type { ReplicatedCommand } from '../src/replicated/command.ts';
import { appliedText, commandText, writeInSlices } from '../src/replicated/command-text.ts';
import { EMPTY_HASH, rollHash } from '../src/replicated/state-hash.ts';

describe('the text of the commands of an entry', () => {
  test('written in slices it is that of the whole, whatever stands around the change', () => {
    const operations = Array.from({ length: 3 * OPERATIONS_PER_SLICE }, (_, at) => ({
      kind: 'delete',
      entityKind: 'tag',
      id: `"change":{"operations":[]} ${at}`,
    }));
    const origin = 'a "change":{"operations":[]} \\"change":{"operations":[]}';
    const commands: ReplicatedCommand[] = [{ kind: 'configure', origin, change: { operations }, atMs: 7 }];
    const slices = [...writeInSlices(commands)].length + 1;
    expect(slices).toBe(3);
    expect(commandText(commands)).toBe(JSON.stringify(commands));
    appliedText(commands);
    expect(commandText(commands)).toBe(JSON.stringify(commands));
  });

  test('the hash of pieces is the hash of the whole', () => {
    expect(rollHash(EMPTY_HASH, '17+,', '[{"kind":"x"}]')).toBe(rollHash(EMPTY_HASH, '17+,[{"kind":"x"}]'));
  });
});
