import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ByteReader, maskedCrc32c } from './byte-reader.ts';
import { liveTables } from './live-tables.ts';
import { StoreDamage } from './record-codec.ts';

const FOOTER_BYTES = 48;
const MAGIC = Buffer.from('57fb808b247547db', 'hex');
/** Compression type and checksum behind each block. */
const TRAILER_BYTES = 5;

interface BlockHandle {
  readonly offset: number;
  readonly size: number;
}

/**
 * Checks every block of every table file that is in use, before LevelDB opens them: its binding does not check them,
 * and a damaged block can end the process by an assertion inside LevelDB instead of an error.
 *
 * @throws StoreDamage
 */
export async function checkTables(directory: string): Promise<void> {
  const current = await readFile(join(directory, 'CURRENT'), 'utf8').catch(ignoreMissing);
  if (current === undefined) return;
  const manifest = await readFile(join(directory, manifestName(current))).catch(ignoreMissing);
  if (manifest === undefined) throw new StoreDamage('the manifest is missing');
  for (const number of liveTables(manifest)) {
    const digits = String(number).padStart(6, '0');
    const table = await readFile(join(directory, `${digits}.ldb`)).catch(ignoreMissing);
    if (table === undefined) throw new StoreDamage(`the table ${digits} is missing`);
    checkTable(table, digits);
  }
}

function checkTable(table: Buffer, name: string): void {
  const footer = table.subarray(Math.max(0, table.length - FOOTER_BYTES));
  if (footer.length < FOOTER_BYTES || !footer.subarray(FOOTER_BYTES - MAGIC.length).equals(MAGIC)) {
    throw new StoreDamage(`the table ${name} has no end`);
  }
  const reader = new ByteReader(footer);
  for (const handle of [readHandle(reader), readHandle(reader)]) {
    const block = checkBlock(table, handle, name);
    for (const inner of handlesIn(block)) checkBlock(table, inner, name);
  }
}

/** A block without its trailer. @throws StoreDamage when its checksum does not match */
function checkBlock(table: Buffer, { offset, size }: BlockHandle, name: string): Buffer {
  const end = offset + size;
  if (end + TRAILER_BYTES > table.length) throw new StoreDamage(`a block of the table ${name} is cut off`);
  if (maskedCrc32c(table.subarray(offset, end + 1)) !== table.readUInt32LE(end + 1)) {
    throw new StoreDamage(`a block of the table ${name} does not match its checksum`);
  }
  return table.subarray(offset, end);
}

/** The handles of an index block: its entries are (shared length, own length, value length, key, value). */
function handlesIn(block: Buffer): BlockHandle[] {
  if (block.length < 4) throw new StoreDamage('an index block is too short');
  const restartBytes = 4 * (block.readUInt32LE(block.length - 4) + 1);
  if (restartBytes > block.length) throw new StoreDamage('an index block is too short');
  const entries = new ByteReader(block.subarray(0, block.length - restartBytes));
  const handles: BlockHandle[] = [];
  while (!entries.atEnd) {
    entries.varint();
    const keyBytes = entries.varint();
    const valueBytes = entries.varint();
    entries.take(keyBytes);
    handles.push(readHandle(new ByteReader(entries.take(valueBytes))));
  }
  return handles;
}

function readHandle(reader: ByteReader): BlockHandle {
  return { offset: reader.varint(), size: reader.varint() };
}

function manifestName(current: string): string {
  const name = current.trim();
  if (!/^MANIFEST-\d+$/.test(name)) throw new StoreDamage('the file CURRENT is damaged');
  return name;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
