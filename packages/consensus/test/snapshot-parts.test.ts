import { describe, expect, it } from 'vitest';
import {
  bootstrapState,
  Consensus,
  emptyState,
  type Message,
  makeMembers,
  type Outputs,
  voter,
} from '../src/index.ts';
import { SnapshotParts } from '../src/snapshot-parts.ts';

const members = makeMembers([voter('a'), voter('b')]);
const text = JSON.stringify(Array.from({ length: 40 }, (_, at) => `value ${at} é 🔥`));

function part(of: string, at: number, term = 2, partChars = 50): Extract<Message, { type: 'snapshot-part' }> {
  const parts = new SnapshotParts(of, partChars);
  const { text: piece, checksum } = parts.at(at);
  const position = { index: 9, snapshotTerm: 1, members };
  return { type: 'snapshot-part', term, ...position, part: at, parts: parts.count, text: piece, checksum };
}

/** A new member, and what it says to each part. */
class Receiver {
  readonly core = new Consensus({ self: 'b' }, emptyState(), () => 0.5, 0);
  installed: string | undefined;

  take(message: Message): number | 'installed' {
    this.core.receive('a', message, 10);
    for (let next = 0; ; ) {
      const outputs: Outputs = this.core.takeOutputs();
      for (const { message: said } of outputs.messages) {
        if (said.type === 'snapshot-part-reply') next = said.next;
      }
      if (outputs.install) {
        this.installed = outputs.install.data;
        return 'installed';
      }
      if (!outputs.persist) return next;
      this.core.persisted(outputs.persist.token, 10);
    }
  }
}

describe('parts of a snapshot', () => {
  const { count } = new SnapshotParts(text, 50);

  it('give the text again, character by character', () => {
    const receiver = new Receiver();
    for (let at = 0; at < count - 1; at++) expect(receiver.take(part(text, at))).toBe(at + 1);
    expect(receiver.take(part(text, count - 1))).toBe('installed');
    expect(receiver.installed).toBe(text);
  });

  it('an empty text is one part', () => {
    const receiver = new Receiver();
    expect(receiver.take(part('', 0))).toBe('installed');
    expect(receiver.installed).toBe('');
  });

  it('repeated and early parts change nothing', () => {
    const receiver = new Receiver();
    expect(receiver.take(part(text, 0))).toBe(1);
    expect(receiver.take(part(text, 0))).toBe(1);
    expect(receiver.take(part(text, 3))).toBe(1);
    expect(receiver.take(part(text, 1))).toBe(2);
  });

  it('a damaged part throws everything away', () => {
    const receiver = new Receiver();
    receiver.take(part(text, 0));
    const damaged = { ...part(text, 1), text: part(text, 1).text.replace('value', 'valve') };
    expect(receiver.take(damaged)).toBe(0);
    expect(receiver.installed).toBeUndefined();
  });

  it('parts of two texts of one length are never put together', () => {
    const receiver = new Receiver();
    const other = text.replace('value 0', 'value 9');
    receiver.take(part(text, 0));
    expect(receiver.take(part(other, 1))).toBe(0);
  });

  it('a newer leader begins anew', () => {
    const receiver = new Receiver();
    receiver.take(part(text, 0));
    receiver.take(part(text, 1));
    expect(receiver.take(part(text, 2, 3))).toBe(0);
    expect(receiver.take(part(text, 0, 3))).toBe(1);
  });

  it('large entries are not kept beside the snapshot that covers them', () => {
    const core = new Consensus({ self: 'a' }, bootstrapState(makeMembers([voter('a')])), () => 0.5, 0);
    const carryOut = () => {
      while (core.hasOutputs()) {
        const { persist } = core.takeOutputs();
        if (persist) core.persisted(persist.token, 10);
      }
    };
    core.tick(5000);
    carryOut();
    core.propose([{ payload: 'large', bytes: 3_000_000 }], 5000);
    core.propose([{ payload: 'large', bytes: 3_000_000 }], 5000);
    carryOut();
    core.compact(core.commitIndex, '[]');
    expect(core.lastIndex - core.firstIndex + 1).toBe(1);
  });
});
