import type { StoreOperation } from '@holdfast/ports';
import type { SimulatedDisk } from './disk.ts';
import type { SeededRandom } from './random.ts';

interface Write {
  readonly batch: readonly StoreOperation[];
  readonly done: () => void;
}

/** Writes on their way to one disk: they reach it together with one sync; a crash keeps some first ones of them. */
export class WriteQueue {
  private readonly disk: SimulatedDisk;
  private readonly random: SeededRandom;
  private writes: Write[] = [];

  constructor(disk: SimulatedDisk, random: SeededRandom) {
    this.disk = disk;
    this.random = random;
  }

  get isEmpty(): boolean {
    return this.writes.length === 0;
  }

  add(batch: readonly StoreOperation[], done: () => void): void {
    this.writes.push({ batch, done });
  }

  /** The sync: everything queued is on the disk. Returns what is to be told, in order. */
  sync(): (() => void)[] {
    const { writes } = this;
    this.writes = [];
    for (const { batch } of writes) this.disk.apply(batch);
    return writes.map(({ done }) => done);
  }

  /** The process died: of what was not synced a random prefix of whole batches is there. */
  crash(): void {
    const survivors = this.random.integer(0, this.writes.length);
    for (const { batch } of this.writes.slice(0, survivors)) this.disk.apply(batch);
    this.writes = [];
  }
}
