import type { ClusterInformation } from '@holdfast/model';
import type { LevelDifference } from '../levels.ts';
import { ourPlacement } from './our-placement.ts';

/** Facts without the marks by which the reference announces a start or promotion that is not in the graph. */
export function withoutVainAnnouncements(
  cluster: ClusterInformation,
  _decisions: unknown,
  { missing, extra }: LevelDifference,
): LevelDifference {
  const keys = new Set(ourPlacement(cluster).graph.synapses.map(({ action }) => action.operationKey));
  const isOther = (fact: string): boolean => {
    const [, clone, task] =
      /^pseudo_event (\S+?)_(?:confirmed-)?pre_notify_(start|promote)_0/.exec(fact) ?? [];
    return task === undefined || keys.has(`${clone}_${task}_0`);
  };
  return { missing: missing.filter(isOther), extra };
}
