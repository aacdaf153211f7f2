import { type Core, emit } from './core.ts';
import { decidedValue } from './deciding.ts';
import type { AppendRefusal, AppendReply, CommitNotice } from './message.ts';
import { advanceMatch, type Progress, startProbing } from './progress.ts';
import { startSnapshot } from './snapshot-sending.ts';

/** Sends what a member lacks, as far as its window allows. */
export function sendToMember(core: Core, progress: Progress): void {
  const { log, options } = core;
  while (canSend(core, progress)) {
    const previousIndex = progress.nextIndex - 1;
    const previousTerm = log.termAt(previousIndex);
    if (previousTerm === undefined) {
      startSnapshot(core, progress);
      return;
    }
    const entries = log.slice(
      progress.nextIndex,
      log.lastIndex,
      options.maxEntriesPerMessage,
      options.maxBytesPerMessage,
    );
    emit(core, progress.name, {
      type: 'append',
      term: core.term,
      previousIndex,
      previousTerm,
      entries,
      commitIndex: core.commitIndex,
    });
    progress.sentRound = core.round;
    if (progress.mode === 'probe') {
      progress.waiting = true;
      return;
    }
    progress.nextIndex += entries.length;
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    progress.inflight.push({ lastIndex: progress.nextIndex - 1, bytes });
    progress.inflightBytes += bytes;
  }
}

function canSend(core: Core, progress: Progress): boolean {
  if (progress.mode === 'snapshot' || progress.regressed) return false;
  if (progress.mode === 'probe') return !progress.waiting && progress.matchIndex < core.log.lastIndex;
  const { maxInflight, maxInflightBytes } = core.options;
  if (progress.inflight.length >= maxInflight || progress.inflightBytes >= maxInflightBytes) return false;
  return progress.nextIndex <= core.log.lastIndex;
}

/** Sends everything that is due: entries first, then the commit index to those who got none. */
export function flushReplication(core: Core): void {
  core.replicationDue = false;
  const announce = core.commitIndex > core.announcedCommit;
  core.announcedCommit = core.commitIndex;
  let notice: CommitNotice | undefined;
  for (const progress of core.peers.values()) {
    const before = core.outMessages.length;
    sendToMember(core, progress);
    if (!announce || core.outMessages.length > before || progress.mode === 'snapshot') continue;
    notice ??= {
      type: 'commit',
      term: core.term,
      commitIndex: core.commitIndex,
      commitTerm: core.log.termAt(core.commitIndex) ?? 0,
    };
    emit(core, progress.name, notice);
  }
}

/** Returns true when more is known to be stored there. */
export function onAppendReply(core: Core, from: string, message: AppendReply): boolean {
  const progress = core.peers.get(from);
  if (progress === undefined || progress.regressed || message.matchIndex > core.log.lastIndex) return false;
  progress.lastReplyMs = core.nowMs;
  const moved = advanceMatch(progress, message.matchIndex, core.round);
  if (progress.mode === 'snapshot' && progress.matchIndex >= core.log.firstIndex - 1) {
    startProbing(progress, progress.matchIndex + 1);
  }
  if (progress.mode === 'probe' && moved) {
    progress.mode = 'replicate';
    progress.nextIndex = progress.matchIndex + 1;
  }
  core.replicationDue = true;
  return moved;
}

export function onAppendRefusal(core: Core, from: string, message: AppendRefusal): void {
  const progress = core.peers.get(from);
  if (progress === undefined || progress.regressed) return;
  progress.lastReplyMs = core.nowMs;
  // Old news: it has stored that position since, or this is not the question under way.
  if (progress.mode === 'snapshot' || message.previousIndex <= progress.matchIndex) return;
  if (progress.mode === 'probe' && message.previousIndex !== progress.nextIndex - 1) return;
  const agreed = core.log.lastIndexWithTermAtMost(message.hintTerm, message.hintIndex);
  // Where that lies before the kept log, sending finds no term for it and falls back to a snapshot.
  const next = Math.min(agreed + 1, message.previousIndex);
  startProbing(progress, next);
  core.replicationDue = true;
}

/** Releases the reads whose heartbeat round a majority has answered (ReadIndex, rule 5). */
export function confirmReads(core: Core): void {
  const confirmed = decidedValue(core, (name) =>
    name === core.options.self ? core.round : (core.peers.get(name)?.ackedRound ?? 0),
  );
  let head = core.reads[0];
  while (head !== undefined && head.index >= 0 && head.round > 0 && head.round <= confirmed) {
    core.outReads.push({ token: head.token, index: head.index });
    core.reads.shift();
    head = core.reads[0];
  }
}
