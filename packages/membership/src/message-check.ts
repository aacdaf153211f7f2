import type { Message } from './message.ts';

type Fields = Readonly<Record<string, unknown>>;

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= 255;
}

const healths: readonly unknown[] = ['good', 'late', 'lossy', 'isolated'];

const checks: Readonly<Record<Message['type'], (message: Fields) => boolean>> = {
  heartbeat: (m) =>
    isCount(m.sequence) &&
    Number.isFinite(m.sentAtMs) &&
    Number.isFinite(m.echoMs) &&
    healths.includes(m.health),
  probe: (m) => Number.isFinite(m.sentAtMs),
  'probe-reply': (m) => Number.isFinite(m.echoMs),
  'probe-request': (m) => isName(m.target),
  'probe-result': (m) =>
    isName(m.target) &&
    Number.isFinite(m.ageMs) &&
    (m.targetIncarnation === null || isCount(m.targetIncarnation)),
  goodbye: () => true,
};

/** Whether something that came over the network has the form of a membership message. */
export function isMembershipMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null) return false;
  const message = value as Fields;
  if (typeof message.type !== 'string' || !isCount(message.incarnation)) return false;
  return Object.hasOwn(checks, message.type) && checks[message.type as Message['type']](message);
}
