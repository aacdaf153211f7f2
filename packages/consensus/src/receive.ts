import { becomeFollower, type Core, emit } from './core.ts';
import {
  isLoyal,
  onPreVoteReply,
  onPreVoteRequest,
  onTimeoutNow,
  onVoteReply,
  onVoteRequest,
} from './election.ts';
import { onAppendRequest, onCommitNotice, onHeartbeat } from './following.ts';
import { maybeCommit, maybeHandOver, onHeartbeatReply } from './leadership.ts';
import type { Message } from './message.ts';
import { onAppendRefusal, onAppendReply } from './replication.ts';
import { onSnapshotPart } from './snapshot-receiving.ts';
import { onSnapshotPartReply } from './snapshot-sending.ts';

/** Takes in one message: first the terms are compared, then each kind has its own function. */
export function receive(core: Core, from: string, message: Message): void {
  if (message.term > core.term && !adoptTerm(core, from, message)) return;
  if (message.term < core.term) {
    answerOldTerm(core, from, message);
    return;
  }
  dispatch(core, from, message);
}

/** A newer term ends ours, except where nobody has really entered it yet. Returns whether to go on. */
function adoptTerm(core: Core, from: string, message: Message): boolean {
  switch (message.type) {
    case 'pre-vote':
      onPreVoteRequest(core, from, message);
      return false;
    case 'pre-vote-reply':
      if (message.granted) {
        onPreVoteReply(core, from, message);
        return false;
      }
      break;
    case 'vote':
      // Without this, a member that cannot hear the leader could depose it again and again (rule 5).
      if (isLoyal(core) && !message.transfer) return false;
      break;
    default:
      break;
  }
  becomeFollower(core, message.term, undefined);
  return true;
}

function answerOldTerm(core: Core, from: string, message: Message): void {
  switch (message.type) {
    case 'append':
    case 'heartbeat':
    case 'commit':
    case 'snapshot-part':
      emit(core, from, { type: 'stale-term', term: core.term });
      break;
    case 'pre-vote':
      onPreVoteRequest(core, from, message);
      break;
    case 'vote':
      emit(core, from, { type: 'vote-reply', term: core.term, granted: false });
      break;
    default:
      break;
  }
}

function dispatch(core: Core, from: string, message: Message): void {
  switch (message.type) {
    case 'heartbeat':
      onHeartbeat(core, from, message);
      break;
    case 'heartbeat-reply':
      onHeartbeatReply(core, from, message);
      break;
    case 'append':
      onAppendRequest(core, from, message);
      break;
    case 'append-reply':
      if (onAppendReply(core, from, message)) maybeCommit(core);
      maybeHandOver(core, from);
      break;
    case 'append-refusal':
      onAppendRefusal(core, from, message);
      break;
    case 'commit':
      onCommitNotice(core, from, message);
      break;
    case 'snapshot-part':
      onSnapshotPart(core, from, message);
      break;
    case 'snapshot-part-reply':
      onSnapshotPartReply(core, from, message);
      break;
    case 'pre-vote':
      onPreVoteRequest(core, from, message);
      break;
    case 'pre-vote-reply':
      onPreVoteReply(core, from, message);
      break;
    case 'vote':
      onVoteRequest(core, from, message);
      break;
    case 'vote-reply':
      onVoteReply(core, from, message);
      break;
    case 'timeout-now':
      onTimeoutNow(core, message);
      break;
    case 'stale-term':
      break;
  }
}
