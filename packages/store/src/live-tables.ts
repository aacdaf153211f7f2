import { ByteReader, maskedCrc32c } from './byte-reader.ts';
import { StoreDamage } from './record-codec.ts';

const BLOCK_BYTES = 32 * 1024;
const HEADER_BYTES = 7;
const TYPE = { full: 1, first: 2, last: 4 } as const;

/** Numbers of the fields in a version edit, and how to read past each. */
const TAG = { compactPointer: 5, deletedFile: 6, newFile: 7 } as const;
const TEXT_TAGS = [1];
const NUMBER_TAGS = [2, 3, 4, 9];

/**
 * Numbers of the table files that belong to the database, from its manifest (LevelDB's log and version edit formats). A
 * record that is damaged or incomplete ends the reading: LevelDB itself checks the manifest and says what is wrong.
 */
export function liveTables(manifest: Buffer): Set<number> {
  const live = new Set<number>();
  for (const record of logRecords(manifest)) applyEdit(new ByteReader(record), live);
  return live;
}

function* logRecords(log: Buffer): Generator<Buffer> {
  let parts: Buffer[] = [];
  for (let at = 0; at + HEADER_BYTES <= log.length; ) {
    const leftInBlock = BLOCK_BYTES - (at % BLOCK_BYTES);
    if (leftInBlock < HEADER_BYTES) {
      at += leftInBlock;
      continue;
    }
    const end = at + HEADER_BYTES + log.readUInt16LE(at + 4);
    const type = log[at + 6]!;
    if (end > log.length || maskedCrc32c(log.subarray(at + 6, end)) !== log.readUInt32LE(at)) return;
    if (type === TYPE.full || type === TYPE.first) parts = [];
    parts.push(log.subarray(at + HEADER_BYTES, end));
    if (type === TYPE.full || type === TYPE.last) yield Buffer.concat(parts);
    at = end;
  }
}

/** @throws StoreDamage when the edit cannot be read although its checksum is right */
function applyEdit(edit: ByteReader, live: Set<number>): void {
  while (!edit.atEnd) {
    const tag = edit.varint();
    if (TEXT_TAGS.includes(tag)) edit.slice();
    else if (NUMBER_TAGS.includes(tag)) edit.varint();
    else if (tag === TAG.compactPointer) {
      edit.varint();
      edit.slice();
    } else if (tag === TAG.deletedFile) {
      edit.varint();
      live.delete(edit.varint());
    } else if (tag === TAG.newFile) {
      edit.varint();
      live.add(edit.varint());
      edit.varint();
      edit.slice();
      edit.slice();
    } else throw new StoreDamage(`the manifest holds an unknown field ${tag}`);
  }
}
