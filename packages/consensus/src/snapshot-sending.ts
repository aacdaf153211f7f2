import { type Core, emit } from './core.ts';
import type { SnapshotPartReply } from './message.ts';
import type { Progress } from './progress.ts';
import { SnapshotParts } from './snapshot-parts.ts';

/**
 * Parts under way to one member. Heartbeats and votes share the link and wait behind at most so many: two keep the link
 * busy while the answer to the first comes back.
 */
const partsUnderWay = 2;

/** Begins to send the newest snapshot to a member that lacks more than the log still holds. */
export function startSnapshot(core: Core, progress: Progress): void {
  const { snapshot } = core.log;
  if (snapshot === undefined) return;
  progress.mode = 'snapshot';
  progress.snapshot = {
    snapshot,
    parts: new SnapshotParts(snapshot.data, core.options.maxSnapshotPartChars),
    acked: 0,
    sent: 0,
    progressMs: core.nowMs,
  };
  sendParts(core, progress);
}

/** The member tells how many parts it has: the next ones may go, or it has lost what it had. */
export function onSnapshotPartReply(core: Core, from: string, message: SnapshotPartReply): void {
  const progress = core.peers.get(from);
  if (progress === undefined) return;
  progress.lastReplyMs = core.nowMs;
  const transfer = progress.snapshot;
  if (progress.mode !== 'snapshot' || transfer === undefined) return;
  const { acked, parts, snapshot } = transfer;
  // An answer without progress is one to a repeated part; what was lost is sent again after a pause.
  if (message.index !== snapshot.index || message.next === acked || message.next > parts.count) return;
  if (message.next < acked) transfer.sent = message.next;
  transfer.acked = message.next;
  transfer.sent = Math.max(transfer.sent, message.next);
  transfer.progressMs = core.nowMs;
  sendParts(core, progress);
}

/** With each heartbeat that is answered: parts that brought no answer for long are sent again. */
export function resumeSnapshot(core: Core, progress: Progress): void {
  const transfer = progress.snapshot;
  if (transfer === undefined || core.nowMs - transfer.progressMs < core.options.snapshotRetryMs) return;
  transfer.sent = transfer.acked;
  transfer.progressMs = core.nowMs;
  // The last part is answered only once the whole snapshot is on disk there.
  if (transfer.sent === transfer.parts.count) transfer.sent--;
  sendParts(core, progress);
}

function sendParts(core: Core, progress: Progress): void {
  const transfer = progress.snapshot;
  if (transfer === undefined) return;
  const { snapshot, parts } = transfer;
  const until = Math.min(transfer.acked + partsUnderWay, parts.count);
  for (; transfer.sent < until; transfer.sent++) {
    const { text, checksum } = parts.at(transfer.sent);
    emit(core, progress.name, {
      type: 'snapshot-part',
      term: core.term,
      index: snapshot.index,
      snapshotTerm: snapshot.term,
      members: snapshot.members,
      part: transfer.sent,
      parts: parts.count,
      text,
      checksum,
    });
  }
}
