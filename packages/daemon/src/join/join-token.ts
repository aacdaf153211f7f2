import { createHash } from 'node:crypto';
import { HoldfastError } from '@holdfast/model';
import type { MemberContact } from '@holdfast/protocol';

/** What one pasted line carries to a machine that joins. */
export interface JoinToken {
  readonly clusterUuid: string;
  readonly clusterName: string;
  readonly members: readonly MemberContact[];
  /** The ticket's private key as the transport writes it. Whoever has it may join once. */
  readonly ticketKey: string;
  /** Epoch milliseconds. */
  readonly expiresAtMs: number;
}

const PREFIX = 'hf1';
/** A token of 9 members with 2 links each has about 2,500 characters. */
const LENGTH_LIMIT = 20_000;

/** `hf1.` + base64url JSON + `.` + the first 10 characters of its SHA-256, so that a cut paste is noticed. */
export function encodeJoinToken(token: JoinToken): string {
  const body = Buffer.from(JSON.stringify(token)).toString('base64url');
  return `${PREFIX}.${body}.${checksum(body)}`;
}

/** @throws HoldfastError TOKEN_INVALID, TOKEN_EXPIRED */
export function decodeJoinToken(text: string, nowWallMs: number): JoinToken {
  const trimmed = text.trim();
  if (trimmed.length > LENGTH_LIMIT) throw invalid('it is too long');
  const [prefix, body, sum, ...rest] = trimmed.split('.');
  if (prefix !== PREFIX || body === undefined) throw invalid(`it does not begin with "${PREFIX}."`);
  if (sum !== checksum(body) || rest.length > 0) throw invalid('its checksum does not match');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body, 'base64url').toString('utf8'));
  } catch {
    throw invalid('its content is not JSON');
  }
  if (!isJoinToken(value)) throw invalid('its content has not the expected shape');
  if (nowWallMs > value.expiresAtMs) {
    throw new HoldfastError('TOKEN_EXPIRED', { expiredAt: new Date(value.expiresAtMs).toISOString() });
  }
  return value;
}

function checksum(body: string): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, 10);
}

function invalid(problem: string): HoldfastError {
  return new HoldfastError('TOKEN_INVALID', { problem });
}

function isJoinToken(value: unknown): value is JoinToken {
  if (typeof value !== 'object' || value === null) return false;
  const token = value as Partial<JoinToken>;
  return (
    typeof token.clusterUuid === 'string' &&
    typeof token.clusterName === 'string' &&
    typeof token.ticketKey === 'string' &&
    typeof token.expiresAtMs === 'number' &&
    Array.isArray(token.members) &&
    token.members.length > 0 &&
    token.members.every(isContact)
  );
}

/** True for a well-formed member contact of a peer or token. */
export function isContact(value: unknown): value is MemberContact {
  if (typeof value !== 'object' || value === null) return false;
  const contact = value as Partial<MemberContact>;
  return (
    typeof contact.name === 'string' &&
    typeof contact.peerId === 'string' &&
    Array.isArray(contact.addresses) &&
    contact.addresses.length > 0 &&
    contact.addresses.length <= 8 &&
    contact.addresses.every((address) => typeof address === 'string' && address.length <= 255)
  );
}
