import type { Message } from './message.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Most members that one list may name. */
const maxMembers = 10_000;
/** Bounds what a snapshot can make a member hold: 256 Mi characters, below the longest text there can be. */
const maxSnapshotParts = 1024;
const maxSnapshotPartChars = 256 * 1024;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isPositive(value: unknown): value is number {
  return isCount(value) && value > 0;
}

function isNumber(value: unknown): boolean {
  return Number.isFinite(value);
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 255;
}

function isMembers(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { voters, learners } = value;
  if (!Array.isArray(voters) || !Array.isArray(learners)) return false;
  if (voters.length + learners.length > maxMembers) return false;
  const names = new Set<unknown>(learners);
  for (const each of voters) {
    if (!isFields(each) || !isName(each.name) || !isPositive(each.weight) || !isFlag(each.witness))
      return false;
    names.add(each.name);
  }
  return learners.every(isName) && names.size === voters.length + learners.length;
}

function isEntry(value: unknown, index: number, termAtLeast: number, termAtMost: number): value is Fields {
  if (!isFields(value) || value.index !== index || !isPositive(value.term) || !isCount(value.bytes))
    return false;
  if (value.term < termAtLeast || value.term > termAtMost) return false;
  const { kind, payload } = value;
  if (kind === 'noop') return payload === null;
  if (kind === 'command') return payload !== undefined;
  if (kind !== 'voters' || !isFields(payload) || !isFields(payload.note)) return false;
  return isMembers(payload.members) && typeof payload.note.reason === 'string';
}

function isAppend(message: Fields): boolean {
  const { previousIndex, previousTerm, entries, commitIndex, term } = message;
  if (!isCount(previousIndex) || !isCount(previousTerm) || !isCount(commitIndex)) return false;
  if (!Array.isArray(entries) || !isPositive(term)) return false;
  let index = previousIndex;
  let lastTerm = previousTerm;
  for (const entry of entries) {
    index++;
    if (!isEntry(entry, index, lastTerm, term)) return false;
    lastTerm = entry.term as number;
  }
  return lastTerm <= term;
}

function isSnapshotPart(message: Fields): boolean {
  const { index, snapshotTerm, term, members, part, parts, text, checksum } = message;
  if (!isPositive(index) || !isPositive(snapshotTerm) || snapshotTerm > (term as number)) return false;
  if (!isCount(part) || !isPositive(parts) || part >= parts || parts > maxSnapshotParts) return false;
  if (typeof text !== 'string' || text.length > maxSnapshotPartChars || !isCount(checksum)) return false;
  return isMembers(members);
}

const checks: Readonly<Record<Message['type'], (message: Fields) => boolean>> = {
  'pre-vote': (m) => isCount(m.lastIndex) && isCount(m.lastTerm) && isFlag(m.witness),
  'pre-vote-reply': (m) => isFlag(m.granted) && isNumber(m.waitMs),
  vote: (m) => isCount(m.lastIndex) && isCount(m.lastTerm) && isFlag(m.transfer),
  'vote-reply': (m) => isFlag(m.granted) && (m.early === undefined || m.early === true),
  append: isAppend,
  'append-reply': (m) => isCount(m.matchIndex),
  'append-refusal': (m) => isCount(m.previousIndex) && isCount(m.hintIndex) && isCount(m.hintTerm),
  heartbeat: (m) =>
    isCount(m.round) && isNumber(m.sentAtMs) && isCount(m.commitIndex) && isCount(m.commitTerm),
  'heartbeat-reply': (m) => isCount(m.round) && isNumber(m.sentAtMs) && isCount(m.lastIndex),
  commit: (m) => isCount(m.commitIndex) && isCount(m.commitTerm),
  'snapshot-part': isSnapshotPart,
  'snapshot-part-reply': (m) => isCount(m.index) && isCount(m.next),
  'timeout-now': () => true,
  'stale-term': () => true,
};

/**
 * Whether something that came over the network has the form of a consensus message. Costs no more than
 * reading it once; payloads of commands and the data of snapshots are the caller's to check.
 */
export function isConsensusMessage(value: unknown): value is Message {
  if (!isFields(value) || typeof value.type !== 'string' || !isCount(value.term)) return false;
  if (!Object.hasOwn(checks, value.type)) return false;
  return checks[value.type as Message['type']](value);
}
