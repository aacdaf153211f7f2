import type { FencingToken } from '@holdfast/protocol';

/** Rule 7 and S6: a member never obeys anything older than what it has obeyed. */
export class CommandGuard {
  private term = 0;
  private transition = 0;
  private configIndex = 0;

  /** Why the command must be refused, or null. */
  refuse(token: FencingToken, incarnation: number): string | null {
    if (token.incarnation !== incarnation) return 'it was meant for another life of this member';
    if (this.isOlder(token.term, token.transition)) return 'a newer leader or transition was obeyed already';
    if (token.configIndex < this.configIndex) return 'a newer configuration was obeyed already';
    return null;
  }

  /** The member obeys this one: older ones are void from here on. Returns whether it is newer than all before. */
  raise(term: number, transition: number, configIndex = 0): boolean {
    this.configIndex = Math.max(this.configIndex, configIndex);
    if (term < this.term || (term === this.term && transition <= this.transition)) return false;
    this.term = term;
    this.transition = transition;
    return true;
  }

  /** The newest (term, transition) obeyed. */
  get obeyed(): { readonly term: number; readonly transition: number } {
    return { term: this.term, transition: this.transition };
  }

  private isOlder(term: number, transition: number): boolean {
    return term < this.term || (term === this.term && transition < this.transition);
  }
}
