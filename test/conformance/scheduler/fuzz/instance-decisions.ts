import type { Bundle, Clone } from '@holdfast/model';

/** Where something is, or will be, and as what. */
export interface End {
  readonly node: string;
  /** Only the promoted role is told apart: what is started is unpromoted if the clone is promotable. */
  readonly role: string;
}

/** What a decision (as the levels compare it) does about an instance of a primitive. */
export interface InstanceDecision {
  readonly verb: string;
  readonly from: End | undefined;
  readonly to: End | undefined;
  /** `(blocked)` or nothing. */
  readonly rest: string;
}

const ROLE = '(Promoted|Unpromoted|Started|Stopped)?';

/** A decision about something of such a name; undefined about others. */
export function readInstanceDecision(name: string, decision: string): InstanceDecision | undefined {
  const about = new RegExp(`^\\*([A-Z][a-z-]*?)${name}\\((.*?)\\)(.*)$`);
  const [, verb, place = '', rest = ''] = about.exec(decision) ?? [];
  return verb === undefined ? undefined : { verb, ...endsOf(verb, place), rest };
}

function endsOf(verb: string, place: string): { from: End | undefined; to: End | undefined } {
  const change = new RegExp(`^${ROLE}(.*?)->${ROLE}(.*?)(Promoted|Unpromoted)?$`).exec(place);
  if (change === null) {
    const [, role, node = ''] = new RegExp(`^${ROLE}(.*)$`).exec(place) ?? [];
    const end = { node, role: roleOf(role) };
    return { from: verb === 'Start' ? undefined : end, to: verb === 'Stop' ? undefined : end };
  }
  const [, before, fromNode = '', after, toNode = '', both] = change;
  const to = { node: toNode, role: roleOf(after ?? both) };
  if (before === 'Stopped') return { from: undefined, to };
  return { from: { node: fromNode === '' ? toNode : fromNode, role: roleOf(before ?? both) }, to };
}

function roleOf(role: string | undefined): string {
  return role === 'Promoted' ? role : '';
}

/** The primitives of which a clone has instances. */
export function leavesOf({ child }: Clone): string[] {
  return child.kind === 'group' ? child.members.map(({ id }) => id) : [child.id];
}

/** A decision about an instance, or an action of the clone, of one of its groups or instances. */
export function factAbout(clone: Clone): RegExp {
  const id = `(${[clone.id, clone.child.id, ...leavesOf(clone)].join('|')})`;
  return new RegExp(`^(\\*[A-Z][a-z-]*?${id}:\\d+\\(|(pseudo_event|rsc_op|crm_event) ${id}(:\\d+)?_)`);
}

/** Anything about what belongs to a bundle. */
export function factInside({ id, child }: Bundle): RegExp {
  const inner = child === undefined ? '' : `|\\b${child.id}(:\\d+)?[_(]`;
  return new RegExp(`\\b${id}(-|_)${inner}|^\\*[A-Z][a-z-]*?(${id}-|${child?.id ?? id}:\\d+\\()`);
}

/** What decisions about one primitive of a clone, or about the containers of a bundle, come to. */
export interface Effect {
  /** Nodes from which an active instance goes away. */
  readonly left: readonly string[];
  /** Nodes to which an instance comes that can start there. */
  readonly reached: readonly string[];
  /** Nodes on which an instance stays and something happens to it, other than that its role changes. */
  readonly disturbed: readonly string[];
  /** Nodes on which the role of an instance changes. */
  readonly roles: readonly string[];
  /** Nodes for which a start is kept back. */
  readonly keptBack: readonly string[];
  /** Nodes from which one should go away and cannot. */
  readonly stuck: readonly string[];
  /** How many instances more there will be in a role on a node. */
  readonly net: ReadonlyMap<string, number>;
}

export function effectOf(name: string, decisions: readonly string[]): Effect {
  const left: string[] = [];
  const reached: string[] = [];
  const disturbed: string[] = [];
  const roles: string[] = [];
  const keptBack: string[] = [];
  const stuck: string[] = [];
  const net = new Map<string, number>();
  for (const decision of decisions) {
    const read = readInstanceDecision(name, decision);
    if (read === undefined) continue;
    const { verb, from, to, rest } = read;
    if (from !== undefined) count(net, `${from.role} ${from.node}${rest}`, -1);
    if (to !== undefined) count(net, `${to.role} ${to.node}${rest}`, 1);
    if (from?.node === to?.node) {
      const place = from?.node ?? '';
      (verb === 'Promote' || verb === 'Demote' ? roles : disturbed).push(place);
      continue;
    }
    if (from !== undefined) left.push(from.node);
    if (from !== undefined && to === undefined && rest !== '') stuck.push(from.node);
    if (to === undefined) continue;
    if (from === undefined && rest !== '') keptBack.push(to.node);
    else reached.push(to.node);
    if (to.role !== '') roles.push(to.node);
  }
  return { left, reached, disturbed, roles, keptBack, stuck, net };
}

function count(net: Map<string, number>, key: string, by: number): void {
  const sum = (net.get(key) ?? 0) + by;
  if (sum === 0) net.delete(key);
  else net.set(key, sum);
}

/** Whether there will be equally many instances in each role on each node. */
export function sameNet(a: Effect, b: Effect): boolean {
  return a.net.size === b.net.size && [...a.net].every(([key, sum]) => b.net.get(key) === sum);
}
