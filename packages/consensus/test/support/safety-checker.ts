import type { Consensus, Entry, ReadState, Snapshot } from '../../src/index.ts';

function describe(entry: Entry): string {
  return `${entry.term} ${entry.kind} ${JSON.stringify(entry.payload)}`;
}

/** Watches a run from outside and throws at the first broken promise. Names as in the reliability targets. */
export class SafetyChecker {
  /** The one true log: index to content, as first committed anywhere. */
  private readonly log: string[] = [''];
  private readonly terms: number[] = [0];
  private readonly leaders = new Map<number, string>();
  private readonly applied = new Map<string, number>();
  private readonly reads = new Map<unknown, number>();
  private nextRead = 0;
  committedCount = 0;
  readsAnswered = 0;
  elections = 0;

  /** S6: one leader per term. Leader completeness: it has everything that was committed. */
  leads(name: string, term: number, core: Consensus): void {
    const known = this.leaders.get(term);
    if (known !== undefined && known !== name)
      throw new Error(`S6: ${known} and ${name} both lead term ${term}`);
    if (known !== undefined) return;
    this.elections++;
    this.leaders.set(term, name);
    for (let index = Math.max(1, core.firstIndex); index < this.log.length; index++) {
      if (core.termAt(index) !== this.terms[index]) {
        throw new Error(`leader completeness: ${name} leads term ${term} without committed entry ${index}`);
      }
    }
  }

  /** S3, S5: the same entry at the same index everywhere and for ever; nothing is skipped. */
  committed(name: string, entry: Entry): void {
    const last = this.applied.get(name) ?? 0;
    if (entry.index !== last + 1) throw new Error(`S5: ${name} applies ${entry.index} after ${last}`);
    this.applied.set(name, entry.index);
    const text = describe(entry);
    const known = this.log[entry.index];
    if (known === undefined) {
      if (entry.index !== this.log.length) throw new Error(`S5: hole before ${entry.index}`);
      this.log.push(text);
      this.terms.push(entry.term);
      this.committedCount++;
    } else if (known !== text) {
      throw new Error(`S5: ${name} has "${text}" at ${entry.index}, others "${known}"`);
    }
  }

  installed(name: string, snapshot: Snapshot): void {
    if (snapshot.data !== this.stateAt(snapshot.index)) throw new Error(`S5: wrong snapshot on ${name}`);
    if (snapshot.index < (this.applied.get(name) ?? 0)) throw new Error(`S5: ${name} goes back`);
    this.applied.set(name, snapshot.index);
  }

  restarted(name: string, index: number): void {
    this.applied.set(name, index);
  }

  /** Stands for the state machine's content at an index. */
  stateAt(index: number): string {
    return `${index}: ${this.log[index]}`;
  }

  /** S4: a read sees at least everything that anybody knew to be committed when it was asked. */
  readAsked(): number {
    const token = this.nextRead++;
    this.reads.set(token, this.log.length - 1);
    return token;
  }

  readAnswered(read: ReadState): void {
    const atLeast = this.reads.get(read.token) ?? 0;
    this.reads.delete(read.token);
    if (read.index === undefined) return;
    this.readsAnswered++;
    if (read.index < atLeast)
      throw new Error(`S4: a read sees ${read.index}, ${atLeast} was committed before`);
  }
}
