import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FrameFilter } from '../member/envelope-port.ts';

/**
 * Peers whose frames a development daemon drops. Kept in a file, because a cut cable stays cut when the machine is
 * fenced and boots again.
 */
export class DroppedPeers implements FrameFilter {
  readonly #path: string;
  #names: ReadonlySet<string>;

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'dropped-peers.json');
    this.#names = new Set(readNames(this.#path));
  }

  drops(peer: string): boolean {
    return this.#names.has(peer);
  }

  set(names: readonly string[]): void {
    this.#names = new Set(names);
    writeFileSync(this.#path, JSON.stringify(names));
  }
}

/** A daemon in production drops nothing. */
export const NO_FILTER: FrameFilter = { drops: () => false };

function readNames(path: string): string[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as string[];
  } catch {
    return [];
  }
}
