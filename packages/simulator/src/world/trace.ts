/** The story of one run: a bounded list of lines with virtual times, printed when a checker fires. */
export class Trace {
  private readonly kept: string[] = [];
  private readonly most: number;
  private readonly marks = new Map<string, number>();
  private newestName = '';
  private newestMark = 0;
  /** Mixed from every line; equal for two runs of one seed. */
  digest = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** Mixes in something that is no line of the story: times and marks tell two runs apart just as well. */
  mix(nowMs: number, mark: number): void {
    this.digest = (Math.imul(Math.imul(this.digest, 31) + Math.floor(nowMs * 1000), 31) + mark) >>> 0;
  }

  add(nowMs: number, text: string): void {
    const line = `${nowMs.toFixed(1).padStart(10)} ${text}`;
    for (let i = 0; i < line.length; i++)
      this.digest = (Math.imul(this.digest, 31) + line.charCodeAt(i)) >>> 0;
    if (this.most === 0) return;
    this.kept.push(line);
    if (this.kept.length > 2 * this.most) this.kept.splice(0, this.kept.length - this.most);
  }

  lines(): readonly string[] {
    return this.kept.slice(-this.most);
  }

  /** A number for a name. Names are few and told with every event: each is read once, and most follow themselves. */
  markOf(name: string): number {
    if (name === this.newestName) return this.newestMark;
    let mark = this.marks.get(name);
    if (mark === undefined) {
      mark = 0;
      for (let at = 0; at < name.length; at++) mark = (Math.imul(mark, 31) + name.charCodeAt(at)) | 0;
      this.marks.set(name, mark);
    }
    this.newestName = name;
    this.newestMark = mark;
    return mark;
  }
}
