import { HoldfastError } from '../errors/holdfast-error.ts';
import type { ConfigurationDraft } from './configuration-draft.ts';

/** A place in a group. */
export interface GroupPlace {
  readonly where: 'before' | 'after';
  /** A member of the group. */
  readonly member: string;
}

/**
 * Adds a primitive to a group or takes it out; without a place it is added at the end.
 * @throws HoldfastError NO_SUCH_OBJECT, CONFIG_INVALID, CONFIG_EXISTS (it is a member already)
 */
export function modifyGroup(
  draft: ConfigurationDraft,
  groupId: string,
  action: 'add' | 'remove',
  member: string,
  place?: GroupPlace,
): void {
  const statement = draft.get(groupId);
  if (statement.kind !== 'group') throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'group', id: groupId });
  const { group } = statement;
  const members = group.members.filter((each) => each !== member);
  if (action === 'remove' && members.length === group.members.length)
    throw new HoldfastError('NO_SUCH_OBJECT', { kind: `member of ${groupId}`, id: member });
  if (action === 'add') {
    if (members.length < group.members.length) throw new HoldfastError('CONFIG_EXISTS', { id: member });
    if (draft.get(member).kind !== 'primitive')
      throw new HoldfastError('CONFIG_INVALID', { problem: `${member} is no primitive`, id: member });
    members.splice(indexOf(members, place), 0, member);
  }
  const position = { line: 1, column: 1 };
  draft.put({ statement: { kind: 'group', group: { ...group, members } }, position }, 'replace');
}

function indexOf(members: readonly string[], place: GroupPlace | undefined): number {
  if (!place) return members.length;
  const index = members.indexOf(place.member);
  if (index < 0) throw new HoldfastError('NO_SUCH_OBJECT', { kind: 'member', id: place.member });
  return place.where === 'after' ? index + 1 : index;
}
