import { type ClusterInformation, EMPTY_CONFIGURATION } from '@holdfast/model';
import type { PolicyAnswer } from '@holdfast/node';
import { afterEach, expect, test } from 'vitest';
import { PolicyThread } from '../src/policy/policy-thread.ts';

const answers = new Map<number, PolicyAnswer>();
const events: string[] = [];
const thread = new PolicyThread({
  entry: new URL('./workers/scripted-worker.mjs', import.meta.url),
  // Filling the memory takes a busy machine some seconds; the test of the time limit waits for all of it.
  timeoutMs: 5_000,
  memoryMb: 32,
  logger: { log: (record) => void events.push(record.event) },
  onDone: (token, result) => void answers.set(token, result),
});

const input = (behave: string, value = '') =>
  ({ behave, value, configuration: EMPTY_CONFIGURATION }) as unknown as ClusterInformation;

async function answered(token: number): Promise<PolicyAnswer | undefined> {
  for (let turn = 0; turn < 1000 && !answers.has(token); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return answers.get(token);
}

afterEach(() => thread.stop());

test('computations are answered in their order, one at a time', async () => {
  for (let token = 1; token <= 3; token += 1) thread.compute(token, input('answer', `result ${token}`));
  await answered(3);
  expect([...answers].map(([token, { summary }]) => [token, summary[0]])).toEqual([
    [1, 'result 1'],
    [2, 'result 2'],
    [3, 'result 3'],
  ]);
});

test.each([
  ['throws', 'crash', /out of order/],
  ['ends', 'leave', /ended with code 3/],
  ['takes too long', 'hang', /no result within 5000 ms/],
  ['needs too much memory', 'grow', /memory limit/],
])(
  'a thread that %s is answered for with an error, and the next computation gets a new one',
  async (_, behave, error) => {
    const token = 10 + behave.length * 2;
    answers.clear();
    thread.compute(token, input(behave));
    thread.compute(token + 1, input('answer', 'well'));
    expect((await answered(token))?.error).toMatch(error);
    expect((await answered(token + 1))?.summary).toEqual(['well']);
    expect(events).toContain('policy-thread-ended');
  },
  20_000,
);
