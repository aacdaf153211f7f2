import { chmod, link, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import type { PrivateKey } from '@libp2p/interface';
import { peerIdFromPrivateKey, peerIdFromString } from '@libp2p/peer-id';

/** Who a member is: an Ed25519 key and the PeerId derived from it. */
export interface Identity {
  /** PeerId as base58btc text. */
  readonly peerId: string;
  readonly privateKey: PrivateKey;
}

/** A new identity, kept nowhere yet. */
export async function generateIdentity(): Promise<Identity> {
  return identityOf(await generateKeyPair('Ed25519'));
}

/** The secret key as one word of text, for a join token. Whoever reads it can be that peer. */
export function identityToText(identity: Identity): string {
  return Buffer.from(privateKeyToProtobuf(identity.privateKey)).toString('base64url');
}

/** @throws Error when the text holds no key */
export function identityFromText(text: string): Identity {
  return identityOf(privateKeyFromProtobuf(Buffer.from(text.trim(), 'base64url')));
}

/**
 * Makes an identity and stores it in a file only the owner may read. The file is there complete or not at
 * all.
 *
 * @throws Error EEXIST when the file is there already
 */
export async function createIdentity(path: string): Promise<Identity> {
  const identity = await generateIdentity();
  const draft = `${path}.${process.pid}`;
  const file = await open(draft, 'w', 0o600);
  try {
    await file.writeFile(`${identityToText(identity)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(dirname(path));
  return identity;
}

/**
 * Reads a stored identity and takes access away from others. @throws Error ENOENT, or when the file holds
 * no key
 */
export async function loadIdentity(path: string): Promise<Identity> {
  const text = await readFile(path, 'utf8');
  await chmod(path, 0o600);
  return identityFromText(text);
}

/** Reads the identity, or makes one at the first start. */
export async function loadOrCreateIdentity(path: string): Promise<Identity> {
  try {
    return await loadIdentity(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return await createIdentity(path);
  }
}

/** The one spelling of a PeerId used for comparison. @throws Error when the text is no PeerId */
export function normalPeerId(text: string): string {
  return peerIdFromString(text).toString();
}

function identityOf(privateKey: PrivateKey): Identity {
  if (privateKey.type !== 'Ed25519')
    throw new Error(`an identity must be an Ed25519 key, not ${privateKey.type}`);
  return { peerId: peerIdFromPrivateKey(privateKey).toString(), privateKey };
}

/** Without it a power failure could take the new name away, and with it the membership. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
