import { addScores, parseCib } from '@holdfast/model';
import { computeTransition, effectiveTime } from '@holdfast/policy-engine';
import { describe, expect, it } from 'vitest';
import { CASE_FOLDERS, listCases, readInput, type SchedulerCase } from './case-files.ts';

/** Every so many cases are looked at. */
const STEP = Number(process.env['HOLDFAST_EXPLANATION_STEP'] ?? 5);

/** Scores that are not what their contributions add up to, or not what was printed as allocation score. */
function wrongScores(test: SchedulerCase): string[] {
  const input = parseCib(readInput(test));
  const at = test.args.indexOf('-t');
  const now = at >= 0 ? test.args[at + 1] : undefined;
  const nowSeconds = effectiveTime(input, now === undefined ? {} : { now });
  const { scores, explanation } = computeTransition(input, { nowSeconds, explain: true });
  const printed = new Map<string, number>();
  for (const { phase, resource, node, score } of scores)
    if (phase === 'pcmk__primitive_assign') printed.set(`${resource} on ${node}`, score);
  return explanation.flatMap(({ resource, nodes }) =>
    nodes.flatMap(({ node, score, contributions }) => {
      const sum = contributions.reduce((total, part) => addScores(total, part.score), 0);
      // Room is looked for after the scores are printed.
      const placing = contributions.filter(({ source }) => source !== '#capacity');
      const allocation = placing.reduce((total, part) => addScores(total, part.score), 0);
      const place = `${resource} on ${node}`;
      const right = sum === score && (printed.get(place) ?? allocation) === allocation;
      return right
        ? []
        : [`${test.name}: ${place}: ${score}, printed ${printed.get(place)}, but parts make ${sum}`];
    }),
  );
}

for (const folder of CASE_FOLDERS) {
  const cases = listCases(folder);
  describe.skipIf(cases === undefined)(`explanations of ${folder}`, () => {
    it('name contributions that add up to the allocation scores', { timeout: 200_000 }, () => {
      const some = (cases ?? []).filter((_unused, index) => index % STEP === 0);
      expect(some.flatMap(wrongScores)).toEqual([]);
    });
  });
}
