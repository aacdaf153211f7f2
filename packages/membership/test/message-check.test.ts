import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMembershipMessage, Membership, type Message } from '../src/index.ts';

const peers = ['b', 'c'].map((name) => ({ name, links: ['l1'] }));

const real: readonly Message[] = [
  { type: 'heartbeat', incarnation: 1, sequence: 1, sentAtMs: 0, echoMs: -1, health: 'good', piggyback: 'x' },
  { type: 'probe', incarnation: 1, sentAtMs: 5 },
  { type: 'probe-reply', incarnation: 1, echoMs: 5 },
  { type: 'probe-request', incarnation: 1, target: 'c' },
  { type: 'probe-result', incarnation: 1, target: 'c', targetIncarnation: null, ageMs: 3 },
  { type: 'goodbye', incarnation: 1 },
];

describe('message check', () => {
  it('accepts what is really said and refuses nonsense', () => {
    for (const message of real) expect(isMembershipMessage(JSON.parse(JSON.stringify(message)))).toBe(true);
    for (const value of [null, 1, [], {}, { type: 'probe' }, { type: 'toString', incarnation: 1 }]) {
      expect(isMembershipMessage(value)).toBe(false);
    }
  });

  it('lets nothing through that stops a member (S13)', () => {
    const junk = fc.oneof(fc.constant(undefined), fc.jsonValue(), fc.integer(), fc.constant(Number.NaN));
    fc.assert(
      fc.property(fc.constantFrom(...real), fc.nat(), junk, (message, at, value) => {
        const names = Object.keys(message).filter((name) => name !== 'type');
        const changed: unknown = { ...message, [names[at % names.length] ?? '']: value };
        if (!isMembershipMessage(changed)) return;
        const member = new Membership({ self: 'a', incarnation: 1 }, peers, () => 0.5, 0);
        member.receive('b', 'l1', changed, 10);
        member.tick(200);
        member.takeOutputs();
        expect(member.nextDeadlineMs()).toBeGreaterThan(0);
      }),
      { numRuns: 2000 },
    );
  });
});
