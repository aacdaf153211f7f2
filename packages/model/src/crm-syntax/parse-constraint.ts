import type {
  ColocationConstraint,
  LocationConstraint,
  OrderConstraint,
  TicketConstraint,
} from '../configuration/constraint.ts';
import { parseResourceSets, type WrittenSets } from './parse-resource-sets.ts';
import { parseRules } from './parse-rule.ts';
import { readScore, requireScore } from './parse-score.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Reads a `location` statement after its keyword. */
export function parseLocation(cursor: TokenCursor): LocationConstraint {
  const id = cursor.take('the id').text;
  const place = parseLocated(cursor);
  let role: string | undefined;
  let resourceDiscovery: string | undefined;
  for (;;) {
    const foundRole = cursor.takeNamed('role');
    const foundDiscovery = cursor.takeNamed('resource-discovery');
    if (foundRole === undefined && foundDiscovery === undefined) break;
    role = foundRole ?? role;
    resourceDiscovery = foundDiscovery ?? resourceDiscovery;
  }
  const score = cursor.takeWithColon();
  const target = score
    ? { score: requireScore(cursor, score), node: cursor.take('the node').text, rules: [] }
    : { rules: parseRules(cursor) };
  if (!score && target.rules.length === 0) throw cursor.error('expected SCORE: NODE or a rule');
  const lateDiscovery = cursor.takeNamed('resource-discovery') ?? resourceDiscovery;
  return {
    kind: 'location',
    id,
    ...place,
    ...(role === undefined ? {} : { role }),
    ...(lateDiscovery === undefined ? {} : { resourceDiscovery: lateDiscovery }),
    ...target,
  };
}

function parseLocated(cursor: TokenCursor): Pick<LocationConstraint, 'resource' | 'pattern' | 'sets'> {
  const token = cursor.take('the resource');
  if (!token.quoted && token.text === '{') {
    const written = parseResourceSets(cursor, { qualifier: 'role', simpleCount: 0, close: '}' });
    if (cursor.take('"}"').text !== '}') throw cursor.error('expected "}"');
    return { sets: written.kind === 'sets' ? written.sets : [] };
  }
  const pattern = /^\/(.*)\/$/.exec(token.text);
  if (pattern?.[1] !== undefined) return { pattern: pattern[1], sets: [] };
  if (token.text.includes('=')) throw cursor.error('the resource is missing', token);
  return { resource: token.text, sets: [] };
}

/** Reads a `colocation` statement after its keyword. */
export function parseColocation(cursor: TokenCursor): ColocationConstraint {
  const id = cursor.take('the id').text;
  const score = cursor.takeWithColon();
  if (!score) throw cursor.error('the score is missing (such as inf: or 100:)');
  const written = parseResourceSets(cursor, { qualifier: 'role', simpleCount: 2 });
  expectTwo(cursor, written);
  const nodeAttribute = cursor.takeNamed('node-attribute');
  const influence = cursor.takeNamed('influence');
  return {
    kind: 'colocation',
    id,
    score: requireScore(cursor, score),
    ...simplePair(written, ['resource', 'role'], ['withResource', 'withRole']),
    ...(nodeAttribute === undefined ? {} : { nodeAttribute }),
    ...(influence === undefined ? {} : { influence }),
    sets: written.kind === 'sets' ? written.sets : [],
  };
}

/** Reads an `order` statement after its keyword. */
export function parseOrder(cursor: TokenCursor): OrderConstraint {
  const id = cursor.take('the id').text;
  const kind = cursor.takeWithColon();
  const orderKind = kind ? readKind(cursor, kind) : {};
  const written = parseResourceSets(cursor, { qualifier: 'action', simpleCount: 2 });
  expectTwo(cursor, written);
  const symmetrical = cursor.takeNamed('symmetrical');
  return {
    kind: 'order',
    id,
    ...orderKind,
    ...simplePair(written, ['first', 'firstAction'], ['then', 'thenAction']),
    ...(symmetrical === undefined ? {} : { symmetrical }),
    sets: written.kind === 'sets' ? written.sets : [],
  };
}

const KINDS = ['Mandatory', 'Optional', 'Serialize'];

function readKind(
  cursor: TokenCursor,
  token: { text: string; line: number; column: number; quoted: boolean },
): { orderKind: string } {
  const kind = KINDS.find((each) => each.toLowerCase() === token.text.toLowerCase());
  if (kind) return { orderKind: kind };
  const score = readScore(token.text);
  if (!('score' in score)) throw cursor.error(`"${token.text}" is no kind (${KINDS.join(', ')})`, token);
  return { orderKind: Number(score.score) === 0 ? 'Optional' : 'Mandatory' };
}

/** Reads an `rsc_ticket` statement after its keyword. */
export function parseTicket(cursor: TokenCursor): TicketConstraint {
  const id = cursor.take('the id').text;
  const ticket = cursor.takeWithColon();
  if (!ticket) throw cursor.error('the ticket is missing (expected TICKET:)');
  const written = parseResourceSets(cursor, { qualifier: 'role', simpleCount: 1 });
  const lossPolicy = cursor.takeNamed('loss-policy');
  return {
    kind: 'ticket',
    id,
    ticket: ticket.text,
    ...simplePair(written, ['resource', 'role']),
    ...(lossPolicy === undefined ? {} : { lossPolicy }),
    sets: written.kind === 'sets' ? written.sets : [],
  };
}

function expectTwo(cursor: TokenCursor, written: WrittenSets): void {
  if (written.kind !== 'sets') return;
  const count = written.sets.reduce((sum, set) => sum + set.members.length, 0);
  if (count < 2 && written.sets.length < 2) throw cursor.error('a second resource is missing');
}

function simplePair(
  written: WrittenSets,
  ...fields: readonly (readonly [string, string])[]
): Readonly<Record<string, string>> {
  if (written.kind !== 'simple') return {};
  const found: [string, string][] = [];
  for (const [index, [idField, qualifierField]] of fields.entries()) {
    const member = written.members[index];
    if (!member) continue;
    found.push([idField, member.id]);
    if (member.qualifier !== undefined) found.push([qualifierField, member.qualifier]);
  }
  return Object.fromEntries(found);
}
