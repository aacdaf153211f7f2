import { assert } from '@holdfast/ports';
import { advanceCommit, announceMembers, appendEntry, type Core, emit } from './core.ts';
import { noteLeaderContact } from './election.ts';
import type { AppendRequest, CommitNotice, Heartbeat } from './message.ts';

/** A leader of the current term sends entries. */
export function onAppendRequest(core: Core, from: string, message: AppendRequest): void {
  noteLeaderContact(core, from);
  const { log } = core;
  const lastNew = message.previousIndex + message.entries.length;
  if (message.previousIndex < core.commitIndex) {
    // What is committed needs no comparing; without this, a log that begins later could not answer.
    if (lastNew <= core.commitIndex) {
      acknowledge(core, from, core.commitIndex);
      return;
    }
  } else if (log.termAt(message.previousIndex) !== message.previousTerm) {
    const hintIndex = log.lastIndexWithTermAtMost(message.previousTerm, message.previousIndex);
    emit(core, from, {
      type: 'append-refusal',
      term: core.term,
      previousIndex: message.previousIndex,
      hintIndex,
      hintTerm: log.termAt(hintIndex) ?? 0,
    });
    return;
  }
  for (const entry of message.entries) {
    if (entry.index <= core.commitIndex || log.termAt(entry.index) === entry.term) continue;
    if (entry.index <= log.lastIndex) truncate(core, entry.index);
    appendEntry(core, entry);
  }
  advanceCommit(core, Math.min(message.commitIndex, lastNew));
  acknowledge(core, from, lastNew);
}

function truncate(core: Core, index: number): void {
  assert(index > core.commitIndex, 'a committed entry is never dropped', {
    index,
    commitIndex: core.commitIndex,
  });
  const before = core.log.members.index;
  core.log.truncateFrom(index);
  core.persist.markTruncated(index);
  if (core.log.members.index !== before) announceMembers(core);
}

/** Tells the leader what is stored here, once it is. */
export function acknowledge(core: Core, leader: string, matchIndex: number): void {
  const { term, matched } = core;
  if (matched.term !== term || matched.index < matchIndex) core.matched = { term, index: matchIndex };
  const afterEntries = matchIndex > core.log.stableIndex;
  emit(core, leader, { type: 'append-reply', term: core.term, matchIndex }, afterEntries);
}

export function onHeartbeat(core: Core, from: string, message: Heartbeat): void {
  noteLeaderContact(core, from);
  learnCommit(core, message.commitIndex, message.commitTerm);
  emit(core, from, {
    type: 'heartbeat-reply',
    term: core.term,
    round: message.round,
    sentAtMs: message.sentAtMs,
    lastIndex: core.log.lastIndex,
  });
}

export function onCommitNotice(core: Core, from: string, message: CommitNotice): void {
  noteLeaderContact(core, from);
  learnCommit(core, message.commitIndex, message.commitTerm);
}

function learnCommit(core: Core, index: number, term: number): void {
  // The same term at the same index means the same log up to there, so it is committed here too.
  if (index > core.commitIndex && core.log.termAt(index) === term) advanceCommit(core, index);
}
