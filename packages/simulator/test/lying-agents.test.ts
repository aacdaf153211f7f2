import { describe, expect, it } from 'vitest';
import { Beliefs } from '../src/checkers/beliefs.ts';
import { ExclusiveChecker } from '../src/checkers/s1-exclusive.ts';
import { OrderChecker } from '../src/checkers/s7-order.ts';

/** A world in which `web` needs `data`, and `data` is active nowhere. */
function order() {
  const findings: string[] = [];
  const beliefs = new Beliefs();
  const checker = new OrderChecker({
    dependencies: new Map([['web', ['data']]]),
    isActive: () => false,
    report: (_, message) => findings.push(message),
  });
  const lies = (nowMs: number) => beliefs.answered('n1', 'data', { active: false, saysActive: true, nowMs });
  const isHonest = (nowMs: number) =>
    beliefs.answered('n1', 'data', { active: false, saysActive: false, nowMs });
  const startsAt = (nowMs: number) => {
    checker.startCommanded('n2', 'web', (resource) => beliefs.lastMs(resource, nowMs), nowMs);
    return findings.splice(0).length;
  };
  return { beliefs, lies, isHonest, startsAt };
}

describe('S7 where agents lie', () => {
  it('fires where nobody has lied', () => {
    expect(order().startsAt(100_000)).toBe(1);
  });

  it('claims nothing while what an agent said must be believed, however long (40471)', () => {
    const { lies, startsAt } = order();
    lies(100_000);
    expect(startsAt(100_001)).toBe(0);
    expect(startsAt(200_000)).toBe(0);
  });

  it('claims again once the truth was seen', () => {
    const { lies, isHonest, startsAt } = order();
    lies(100_000);
    isHonest(110_000);
    // What was ordered before the answer was known may still arrive.
    expect(startsAt(110_001)).toBe(0);
    expect(startsAt(141_000)).toBe(1);
  });

  it('claims again after the daemon that was lied to has ended', () => {
    const { beliefs, lies, startsAt } = order();
    lies(100_000);
    beliefs.endAll('n1', 120_000);
    expect(startsAt(151_000)).toBe(1);
  });

  it('claims nothing where a resource ended in maintenance, unseen by any monitor (50209)', () => {
    const { beliefs, startsAt } = order();
    beliefs.answered('n1', 'data', { active: true, saysActive: true, nowMs: 90_000 });
    beliefs.maintenance('n1', true, 100_000);
    expect(startsAt(400_000)).toBe(0);
    beliefs.maintenance('n1', false, 400_000);
    expect(startsAt(429_000)).toBe(0);
    expect(startsAt(431_000)).toBe(1);
  });

  it('claims a resource whose end was noticed in spite of maintenance', () => {
    const { beliefs, isHonest, startsAt } = order();
    beliefs.answered('n1', 'data', { active: true, saysActive: true, nowMs: 90_000 });
    beliefs.maintenance('n1', true, 100_000);
    isHonest(110_000);
    expect(startsAt(150_000)).toBe(1);
  });

  it('is not impressed by an honest answer about a host that nobody lied about', () => {
    const { isHonest, startsAt } = order();
    isHonest(100_000);
    expect(startsAt(100_001)).toBe(1);
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
