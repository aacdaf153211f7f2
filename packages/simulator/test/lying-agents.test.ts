import type { MemberReport } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';
import { Beliefs } from '../src/checkers/beliefs.ts';
import { ExclusiveChecker } from '../src/checkers/s1-exclusive.ts';
import { OrderChecker } from '../src/checkers/s7-order.ts';

interface Stage {
  readonly fencing?: boolean;
}

/** A world in which `web` needs `data`, `data` is active nowhere, and n3 leads. */
function order({ fencing = true }: Stage = {}) {
  const findings: string[] = [];
  const beliefs = new Beliefs({ leaveAlone: !fencing });
  const checker = new OrderChecker({
    dependencies: new Map([['web', ['data']]]),
    isActive: () => false,
    mayBelieve: (leader, resource) => beliefs.mayBelieve(leader, resource),
    report: (_, message) => findings.push(message),
  });
  for (const node of ['n1', 'n2', 'n3']) beliefs.committed({ kind: 'admit', node, incarnation: 1 });
  let sequence = 0;
  const answers = (atMs: number, saysActive: boolean) =>
    beliefs.answered('n1', 'data', { saysActive, incarnation: 1, atMs });
  const reported = (atMs: number) => {
    const report = { kind: 'report', term: 1, incarnation: 1, sequence: ++sequence } as MemberReport;
    beliefs.reportSent('n1', report, atMs);
    return () => beliefs.reportHeard('n3', 'n1', report);
  };
  /** The start of `web` on n2 is ordered, and executed some time later. */
  let orders = 0;
  const starts = (meanwhile: () => void = () => undefined) => {
    const name = `order ${++orders}`;
    checker.startOrdered('n3', 'web', name);
    meanwhile();
    checker.startCommanded('n2', 'web', name);
    return findings.splice(0).length;
  };
  return { beliefs, checker, findings, answers, reported, starts };
}

describe('S7 by what a leader can know', () => {
  it('fires where nobody has said that the dependency is active', () => {
    expect(order().starts()).toBe(1);
  });

  it('claims nothing while what was said must be believed, however long (40471, 50209)', () => {
    const { answers, reported, starts } = order();
    answers(100, true);
    reported(101)();
    expect(starts()).toBe(0);
  });

  it('claims at once when the end was told', () => {
    const { answers, reported, starts } = order();
    answers(100, true);
    reported(101)();
    answers(200, false);
    const arrives = reported(201);
    // Still on its way.
    expect(starts()).toBe(0);
    expect(starts(arrives)).toBe(0);
    expect(starts()).toBe(1);
  });

  it('a report that was first sent before an answer does not tell of it', () => {
    const { answers, reported, starts } = order();
    const arrives = reported(99);
    answers(100, true);
    arrives();
    expect(starts()).toBe(1);
  });

  it('a member that leads knows at once what its own agents said', () => {
    const { beliefs, checker, findings, answers } = order();
    answers(100, true);
    checker.startCommanded('n1', 'web', undefined);
    expect(findings).toEqual([]);
    beliefs.answered('n1', 'data', { saysActive: false, incarnation: 1, atMs: 200 });
    checker.startCommanded('n1', 'web', undefined);
    expect(findings).toHaveLength(1);
  });

  it('claims again when the life that was told has ended', () => {
    const { beliefs, answers, reported, starts } = order();
    answers(100, true);
    reported(101)();
    beliefs.committed({ kind: 'admit', node: 'n1', incarnation: 2 });
    expect(starts()).toBe(1);
  });

  it('with fencing a lost member has no word; without, what it held is left alone', () => {
    for (const fencing of [true, false]) {
      const { beliefs, answers, reported, starts } = order({ fencing });
      answers(100, true);
      reported(101)();
      beliefs.committed({ kind: 'lost', node: 'n1', incarnation: 1, unsafe: false, atMs: 0 });
      expect(starts()).toBe(fencing ? 1 : 0);
    }
  });
});

describe('S1 where a stop has lied', () => {
  function exclusive() {
    const findings: string[] = [];
    const checker = new ExclusiveChecker((_, message) => findings.push(message));
    checker.started('n1', 'data', 0);
    // The stop on n1 lies: the world takes the copy out of the count.
    checker.stopped('n1', 'data');
    return { checker, findings };
  }

  it('does not blame the cluster for the copy it could not know of', () => {
    const { checker, findings } = exclusive();
    checker.started('n2', 'data', 1000);
    checker.found('n1', 'data', 50_000);
    expect(findings).toEqual([]);
    expect(checker.hostsOf('data')).toEqual(['n2', 'n1']);
  });

  it('counts the copy once it was found and the cluster had time to hear of it', () => {
    const { checker, findings } = exclusive();
    checker.found('n1', 'data', 50_000);
    checker.started('n3', 'data', 51_000);
    expect(findings).toEqual([]);
    checker.stopped('n3', 'data');
    checker.started('n2', 'data', 81_000);
    expect(findings).toHaveLength(1);
  });
});
