import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrapState,
  Consensus,
  isConsensusMessage,
  type Message,
  makeMembers,
  voter,
} from '../src/index.ts';
import { World } from './support/world.ts';

const state = bootstrapState(makeMembers(['a', 'b', 'c'].map((name) => voter(name))));

/** Everything that three members say in a busy minute. */
function realMessages(): Message[] {
  const world = new World();
  const said: Message[] = [];
  world.watcher = { sent: (_from, _to, message) => said.push(message) };
  for (const name of ['a', 'b', 'c']) world.add(name, state);
  for (let turn = 0; turn < 20; turn++) {
    world.advance(500);
    const leader = world.leader();
    leader?.core?.propose([{ payload: { turn }, bytes: 10 }], world.nowMs);
    if (turn === 5) leader?.core?.transferLeadership(leader.name === 'a' ? 'b' : 'a', world.nowMs);
    if (turn === 8) world.crash(world.machine('c'));
    if (turn === 12 && leader !== undefined)
      leader.core?.compact(leader.appliedIndex, JSON.stringify(leader.applied), 0);
    if (turn === 13) world.start(world.machine('c'));
    if (turn === 16) world.cut('a', 'b');
  }
  return said;
}

describe('message check', () => {
  const messages = realMessages();

  it('accepts everything that is really said, also after a trip through JSON', () => {
    const types = new Set(messages.map(({ type }) => type));
    expect(types.size).toBeGreaterThan(9);
    for (const message of messages)
      expect(isConsensusMessage(JSON.parse(JSON.stringify(message)))).toBe(true);
  });

  it('refuses nonsense', () => {
    for (const value of [null, 1, 'x', [], {}, { type: 'vote' }, { type: 'toString', term: 1 }]) {
      expect(isConsensusMessage(value)).toBe(false);
    }
  });

  it('refuses parts of a snapshot that is larger than any text can be (S13)', () => {
    const part = messages.find(({ type }) => type === 'snapshot-part');
    expect(isConsensusMessage(part)).toBe(true);
    expect(isConsensusMessage({ ...part, parts: 1025 })).toBe(false);
    expect(isConsensusMessage({ ...part, part: 1, parts: 1 })).toBe(false);
    expect(isConsensusMessage({ ...part, text: 'x'.repeat(256 * 1024 + 1) })).toBe(false);
  });

  it('lets nothing through that stops a member (S13)', () => {
    // One field of a real message replaced by something else: refused, or harmless.
    const junk = fc.oneof(
      fc.constant(undefined),
      fc.jsonValue(),
      fc.integer(),
      fc.constant(-1),
      fc.constant(NaN),
    );
    fc.assert(
      fc.property(fc.constantFrom(...messages), fc.nat(), junk, (message, at, value) => {
        const names = Object.keys(message).filter((name) => name !== 'type');
        const name = names[at % names.length] ?? '';
        const changed: unknown = { ...message, [name]: value };
        if (!isConsensusMessage(changed)) return;
        const member = new Consensus({ self: 'a' }, state, () => 0.5, 0);
        member.receive('b', changed, 10);
        member.takeOutputs();
        member.tick(5000);
        member.takeOutputs();
      }),
      { numRuns: 3000 },
    );
  });
});
