import { write } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncDirectory } from './durable-directory.ts';
import { StoreDamage } from './record-codec.ts';

const MARK_BYTES = 12;

/**
 * A file beside LevelDB that holds the number of the last acknowledged batch. LevelDB takes a damaged end
 * of its log
 * for a write that never finished and drops it without a word; the mark tells the two apart. It is written
 * after the
 * batch was synced and before it is acknowledged, in place and without a sync of its own: a crash of the
 * process cannot
 * lose it, and a power failure can only leave an older number, which refuses nothing that is sound.
 */
export class AcknowledgedMark {
  readonly #file: FileHandle;
  /** Number read when the file was opened; 0 for a new store. */
  readonly acknowledged: number;

  private constructor(file: FileHandle, acknowledged: number) {
    this.#file = file;
    this.acknowledged = acknowledged;
  }

  /**
   * Opens the mark, or makes it for a new store.
   *
   * @throws StoreDamage when it is damaged, or missing although the store exists
   */
  static async open(path: string, storeExists: boolean): Promise<AcknowledgedMark> {
    const existing = await open(path, 'r+').catch(ignoreMissing);
    if (existing) {
      try {
        return new AcknowledgedMark(existing, await read(existing));
      } catch (error) {
        await existing.close();
        throw error;
      }
    }
    if (storeExists) throw new StoreDamage('the file that counts acknowledged batches is missing');
    const file = await open(path, 'wx+', 0o600);
    const mark = new AcknowledgedMark(file, 0);
    await mark.write(0);
    await file.sync();
    await syncDirectory(dirname(path));
    return mark;
  }

  /** @throws the error of the file system */
  write(sequence: number): Promise<void> {
    const bytes = Buffer.alloc(MARK_BYTES);
    bytes.writeBigUInt64BE(BigInt(sequence), 0);
    bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
    // The callback form: this stands between every write of the cluster and its answer, and costs a third.
    return new Promise((resolve, reject) => {
      write(this.#file.fd, bytes, 0, MARK_BYTES, 0, (error, written) => {
        if (error) reject(error);
        else if (written < MARK_BYTES) reject(new Error(`only ${written} bytes could be written`));
        else resolve();
      });
    });
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

async function read(file: FileHandle): Promise<number> {
  const bytes = Buffer.alloc(MARK_BYTES + 1);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
  if (bytesRead !== MARK_BYTES || crc32(bytes.subarray(0, 8)) !== bytes.readUInt32BE(8)) {
    throw new StoreDamage('the file that counts acknowledged batches is damaged');
  }
  return Number(bytes.readBigUInt64BE(0));
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
