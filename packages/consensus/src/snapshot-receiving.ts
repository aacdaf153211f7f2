import { advanceCommit, announceMembers, type Core, emit } from './core.ts';
import { noteLeaderContact } from './election.ts';
import type { Snapshot } from './entry.ts';
import { acknowledge } from './following.ts';
import type { SnapshotPart } from './message.ts';
import { continueChecksum, emptyChecksum } from './snapshot-parts.ts';

/** A leader's snapshot as far as it has come. */
export interface IncomingSnapshot {
  readonly leader: string;
  readonly term: number;
  readonly index: number;
  readonly parts: number;
  readonly texts: string[];
  checksum: number;
}

/** Collects the parts of a snapshot in order; nothing of it counts before all are there. */
export function onSnapshotPart(core: Core, from: string, message: SnapshotPart): void {
  noteLeaderContact(core, from);
  const { index, snapshotTerm, members } = message;
  if (index <= core.commitIndex || core.log.termAt(index) === snapshotTerm) {
    core.incoming = undefined;
    if (index > core.commitIndex) advanceCommit(core, index);
    acknowledge(core, from, core.commitIndex);
    return;
  }
  const incoming = incomingFor(core, from, message);
  if (message.part === incoming.texts.length && !take(incoming, message)) core.incoming = undefined;
  if (core.incoming !== undefined && incoming.texts.length === incoming.parts) {
    core.incoming = undefined;
    install(core, from, { index, term: snapshotTerm, members, data: incoming.texts.join('') });
    return;
  }
  const next = core.incoming?.texts.length ?? 0;
  emit(core, from, { type: 'snapshot-part-reply', term: core.term, index, next });
}

/** What belongs to another leader, term or snapshot is thrown away: parts of two are never put together. */
function incomingFor(core: Core, from: string, message: SnapshotPart): IncomingSnapshot {
  const { term, index, parts } = message;
  const known = core.incoming;
  if (known?.leader === from && known.term === term && known.index === index && known.parts === parts) {
    return known;
  }
  const fresh: IncomingSnapshot = {
    leader: from,
    term,
    index,
    parts,
    texts: [],
    checksum: emptyChecksum,
  };
  core.incoming = fresh;
  return fresh;
}

/** Returns whether the part continues what is there. */
function take(incoming: IncomingSnapshot, { text, checksum }: SnapshotPart): boolean {
  incoming.checksum = continueChecksum(incoming.checksum, text);
  incoming.texts.push(text);
  return incoming.checksum === checksum;
}

function install(core: Core, from: string, snapshot: Snapshot): void {
  core.log.reset(snapshot);
  core.persist.markInstalled(snapshot);
  core.commitIndex = snapshot.index;
  core.installing = { snapshot, token: core.persist.newestEntriesToken };
  announceMembers(core);
  acknowledge(core, from, snapshot.index);
}
