import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCib } from '@holdfast/model';
import { computeTransition } from '@holdfast/policy-engine';

/** One document of a profile. */
export interface ProfiledFile {
  readonly path: string;
  readonly seconds: number;
}

/**
 * Computes every XML document of a folder a number of times and tells how long each took. A folder that cannot be read
 * has no documents, and a document that cannot be read is left out, as the reference does.
 */
export function profileFolder(folder: string, repeat: number, nowSeconds: number): ProfiledFile[] {
  return listDocuments(folder).flatMap((path) => {
    try {
      const input = parseCib(readFileSync(path), { source: path });
      const startedMs = performance.now();
      for (let run = 0; run < repeat; run++) computeTransition(input, { nowSeconds });
      return [{ path, seconds: (performance.now() - startedMs) / 1000 }];
    } catch (error) {
      process.stderr.write(`${path}: ${error instanceof Error ? error.message : String(error)}\n`);
      return [];
    }
  });
}

function listDocuments(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.xml'));
    return names.sort().map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** The timings as the reference prints them. */
export function formatProfile(files: readonly ProfiledFile[]): string {
  return `Timings:\n${files.map(({ path, seconds }) => `  * Testing ${path} ... ${seconds.toFixed(2)} secs\n`).join('')}`;
}
