import type { PeerMessage } from './peer-message.ts';
import {
  anyRecord,
  isCount,
  isFlag,
  isInteger,
  isName,
  isNumber,
  isText,
  isTextRecord,
  listOf,
  nullable,
  oneOf,
  optional,
  type Shape,
  withFields,
} from './shape.ts';

const action = withFields({
  id: isInteger,
  kind: oneOf('resource', 'cluster', 'pseudo'),
  operation: isName,
  operationKey: isText,
  onNode: optional(isText),
  resource: optional(withFields({ id: isName, class: isName, provider: optional(isText), type: isName })),
  attributes: isTextRecord,
  downed: listOf(isText),
});

const token = withFields({ term: isCount, transition: isCount, configIndex: isCount, incarnation: isCount });

const operation = withFields({
  id: isText,
  operation: isName,
  operationKey: isText,
  intervalMs: isNumber,
  callId: isInteger,
  rcCode: isInteger,
  opStatus: isInteger,
  transitionKey: optional(isText),
  transitionMagic: optional(isText),
  exitReason: optional(isText),
});

const history = withFields({
  id: isName,
  class: isText,
  provider: optional(isText),
  type: isText,
  operations: listOf(operation, 1000),
});

const result = withFields({
  term: isCount,
  transition: isCount,
  action: isInteger,
  outcome: oneOf('done', 'failed', 'refused'),
  rcCode: isInteger,
  reason: nullable(isText),
});

const pledge = withFields({ term: isCount, votedFor: nullable(isName), index: isCount, entryTerm: isCount });

const SHAPES: Readonly<Record<PeerMessage['kind'], Shape>> = {
  consensus: withFields({ body: anyRecord }),
  membership: withFields({ body: anyRecord }),
  leaseAsk: withFields({ incarnation: isCount, sentAtMs: isNumber }),
  lease: withFields({ term: isCount, incarnation: isCount, sentAtMs: isNumber, quorumOffsetMs: isNumber }),
  hello: withFields({
    incarnation: isCount,
    life: isName,
    featureLevel: isCount,
    watchdogMs: nullable(isCount),
    watchdogRound: isCount,
  }),
  command: withFields({ token, afterIndex: isCount, action }),
  barrier: withFields({ term: isCount, transition: isCount }),
  records: withFields({
    term: isCount,
    order: oneOf('cleanup', 'reprobe', 'attribute'),
    resource: nullable(isText),
    operation: nullable(isText),
    name: nullable(isText),
    value: nullable(isText),
  }),
  received: withFields({ term: isCount, transition: isCount, actions: listOf(isInteger) }),
  report: withFields({
    term: isCount,
    incarnation: isCount,
    bootSince: optional(isCount),
    sequence: isCount,
    full: isFlag,
    unsolicited: isFlag,
    obeyed: withFields({ term: isCount, transition: isCount }),
    histories: listOf(history),
    removed: listOf(isName),
    attributes: nullable(isTextRecord),
    results: listOf(result),
    inFlight: listOf(isText),
    appliedIndex: isCount,
    stateHash: isText,
  }),
  reportReceived: withFields({ term: isCount, incarnation: isCount, sequence: isCount }),
  fence: withFields({
    term: isCount,
    attempt: isCount,
    target: isName,
    agent: isName,
    action: isName,
    targetName: isText,
    targetArgument: nullable(isText),
    targetCheck: nullable(oneOf('list', 'status')),
    parameters: isTextRecord,
    timeoutMs: isCount,
  }),
  fenceAnswer: withFields({ term: isCount, attempt: isCount, ok: isFlag, problem: isText }),
  request: withFields({ id: isCount, request: withFields({ kind: isName }) }),
  response: withFields({ id: isCount, response: withFields({ ok: isFlag }) }),
  leave: withFields({ incarnation: isCount, demote: isFlag }),
  released: withFields({ incarnation: isCount }),
  barred: withFields({ cluster: isName }),
  pledge: withFields({ pledge }),
  remembered: withFields({ peerId: isName, incarnation: isCount, life: isName, pledge: nullable(pledge) }),
  continues: withFields({ after: isName }),
  rosterAsk: withFields({ index: isCount }),
  roster: withFields({
    index: isCount,
    members: listOf(withFields({ name: isName, peerId: isName, addresses: listOf(isName, 16) })),
  }),
  outdated: withFields({ peerId: isName, problem: isText }),
};

/** Whether a decoded value is a message that a member may send. Unknown kinds are not. */
export function isPeerMessage(value: unknown): value is PeerMessage {
  const { kind } = value as { kind?: unknown };
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind)) return false;
  return SHAPES[kind as PeerMessage['kind']](value);
}
