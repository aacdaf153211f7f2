import { type Action, ActionFlag } from './action.ts';
import type { ResourceInstance } from './resource-instance.ts';

/**
 * How many members of a group need to do something, and how many cannot: kept up to date with every change, since the
 * marks of large groups are looked at again whenever one of the members changes.
 */
export class MemberTally {
  /** Members that have no such action. */
  readonly missing: number;
  private needed = 0;
  private impossible = 0;
  /** When "any needed" or "any impossible" changed last, by the clock of changes. */
  changedAt = 0;

  constructor(group: ResourceInstance, task: string) {
    let missing = 0;
    for (const member of group.children) {
      const own = newestAction(member, task);
      if (own === undefined) missing++;
      else this.count(own.flags, 1);
    }
    this.missing = missing;
  }

  get anyNeeded(): boolean {
    return this.needed > 0;
  }

  get anyImpossible(): boolean {
    return this.impossible > 0;
  }

  /** To be called when flags of a member's action changed. */
  update(action: Action, flagsBefore: number, now: number): void {
    const { resource } = action;
    if (resource === undefined || newestAction(resource, action.task) !== action) return;
    const { anyNeeded, anyImpossible } = this;
    this.count(flagsBefore, -1);
    this.count(action.flags, 1);
    if (anyNeeded !== this.anyNeeded || anyImpossible !== this.anyImpossible) this.changedAt = now;
  }

  private count(flags: number, by: number): void {
    if ((flags & ActionFlag.optional) === 0) this.needed += by;
    if ((flags & ActionFlag.runnable) === 0) this.impossible += by;
  }
}

function newestAction(member: ResourceInstance, task: string): Action | undefined {
  return member.actionsByKey.get(member.key(task))?.at(-1);
}
