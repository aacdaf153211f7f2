/** Numbers of agent and fence runs, unique within one life of a member. */
export class RunIds {
  private last = 0;

  next(): number {
    this.last++;
    return this.last;
  }
}
