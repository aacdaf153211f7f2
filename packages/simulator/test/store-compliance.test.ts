import { type Store, storeComplianceChecks } from '@holdfast/ports';
import { SeededRandom, SimulatedDisk, WriteQueue } from '@holdfast/simulator';
import { describe, test } from 'vitest';

/** A disk and its write queue behind the interface that the daemon's store has; each write waits for one sync. */
function openSimulated(disk: SimulatedDisk, queue: WriteQueue): Store {
  let syncing = false;
  const sync = () => {
    syncing = false;
    for (const done of queue.sync()) done();
  };
  return {
    load: async () => disk.load(),
    write: (batch) =>
      new Promise((resolve, reject) => {
        queue.add(batch, resolve);
        if (syncing) return;
        syncing = true;
        queueMicrotask(() => {
          try {
            sync();
          } catch (error) {
            reject(error);
          }
        });
      }),
    close: async () => undefined,
  };
}

describe.each([false, true])('the simulated store, through JSON: %s', (codec) => {
  const checks = storeComplianceChecks(async () => {
    const disk = new SimulatedDisk({ codec });
    let queue = new WriteQueue(disk, new SeededRandom(7));
    return {
      open: async () => openSimulated(disk, queue),
      crash: async () => {
        queue.crash();
        queue = new WriteQueue(disk, new SeededRandom(8));
      },
      dispose: async () => undefined,
    };
  });
  for (const check of checks) test(check.name, check.run);
});
