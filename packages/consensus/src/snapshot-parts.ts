/** Start of a running checksum. */
export const emptyChecksum = 0x811c9dc5;

/** FNV-1a over what came before and `text`: tells mixed-up or damaged parts, no protection against forgery. */
export function continueChecksum(checksum: number, text: string): number {
  let sum = checksum;
  for (let at = 0; at < text.length; at++) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return sum >>> 0;
}

/** One piece of a snapshot's text. */
export interface Part {
  readonly text: string;
  /** Over this part and all before it. */
  readonly checksum: number;
}

/**
 * A snapshot's text cut into parts of equal length. What a part costs is spent when it is first asked for: a large
 * snapshot is never gone through in one piece.
 */
export class SnapshotParts {
  /** At least 1. */
  readonly count: number;
  private readonly text: string;
  private readonly partChars: number;
  private readonly checksums: number[] = [];

  constructor(text: string, partChars: number) {
    this.text = text;
    this.partChars = partChars;
    this.count = Math.max(1, Math.ceil(text.length / partChars));
  }

  at(part: number): Part {
    const { checksums } = this;
    for (let next = checksums.length; next <= part; next++) {
      checksums.push(continueChecksum(checksums[next - 1] ?? emptyChecksum, this.textOf(next)));
    }
    return { text: this.textOf(part), checksum: checksums[part] ?? emptyChecksum };
  }

  private textOf(part: number): string {
    return this.text.slice(part * this.partChars, (part + 1) * this.partChars);
  }
}
