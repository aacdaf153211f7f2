import { join } from 'node:path';
import { type Store, storeComplianceChecks } from '@holdfast/ports';
import { describe, test } from 'vitest';
import { openStore } from '../src/index.ts';
import { copyStore, scratchDirectory } from './scratch-store.ts';

describe('the store on LevelDB', () => {
  const checks = storeComplianceChecks(async () => {
    const root = scratchDirectory();
    const open = new Set<Store>();
    let generation = 0;
    return {
      open: async () => {
        const store = await openStore({ path: join(root, String(generation)) });
        open.add(store);
        return store;
      },
      // The files as they are at this moment are what a killed process leaves behind.
      crash: async () => {
        copyStore(join(root, String(generation)), join(root, String(generation + 1)));
        generation += 1;
      },
      dispose: async () => {
        for (const store of open) await store.close();
      },
    };
  });
  for (const check of checks) test(check.name, check.run);
});
