import type { Hello } from '@holdfast/protocol';
import type { NodeContext } from '../node-context.ts';
import { commonFeatureLevel } from '../replicated/member-record.ts';

/** The leader's care for the level the cluster works at (S14): raised once every member speaks a newer one. */
export class FeatureLevels {
  private readonly context: NodeContext;
  /** Is on its way into the log. */
  private proposed = 0;
  /** Lives that were refused, each told once. */
  private readonly refused = new Set<string>();

  constructor(context: NodeContext) {
    this.context = context;
  }

  /** Whether a member is too old to be admitted; it is told by the log, as soon as it reads that far. */
  refuses(node: string, { featureLevel, incarnation }: Hello): boolean {
    const { replica, outbox } = this.context;
    const needed = replica.state.featureLevel;
    if (featureLevel >= needed) return false;
    const life = `${node}/${incarnation}`;
    if (this.refused.has(life)) return true;
    this.refused.add(life);
    const fields = { node, incarnation, code: 'MEMBER_TOO_OLD', level: featureLevel, needed };
    outbox.log(
      'warn',
      'member-refused',
      `${node} speaks feature level ${featureLevel}, not ${needed}`,
      fields,
    );
    return true;
  }

  advance(): void {
    const { replica, outbox } = this.context;
    const { state, featureLevel } = replica;
    // A leader produces nothing it does not speak itself.
    const level = Math.min(commonFeatureLevel(state.members.values()), featureLevel);
    if (level <= Math.max(state.featureLevel, this.proposed)) return;
    this.proposed = level;
    replica.propose([{ kind: 'featureLevel', level }], () => {
      this.proposed = 0;
      if (state.featureLevel === level)
        outbox.log('info', 'feature-level', `the cluster works at level ${level}`, { level });
    });
  }

  /** Who keeps the cluster from a level that its leader speaks, for the status. */
  static laggards({ replica }: Pick<NodeContext, 'replica'>): string[] {
    const { state, featureLevel } = replica;
    if (state.featureLevel >= featureLevel) return [];
    return [...state.members.values()]
      .filter(
        ({ status, featureLevel: level }) => status !== 'new' && status !== 'left' && level < featureLevel,
      )
      .map(({ name }) => name);
  }
}
