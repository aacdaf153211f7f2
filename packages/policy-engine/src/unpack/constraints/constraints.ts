import type { Constraint } from '@holdfast/model';
import { evaluateRule } from '../../rules/evaluate-rule.ts';
import type { ClusterState } from '../../state/cluster-state.ts';
import { unpackColocation } from './colocations.ts';
import { ConstraintResources } from './find-resource.ts';
import { unpackLocation } from './locations.ts';
import { unpackOrder } from './orders.ts';
import { unpackTicketConstraint } from './ticket-constraints.ts';

/** Turns the configured constraints into locations, colocations, orderings and ticket dependencies. */
export function unpackConstraints(state: ClusterState, options: { readonly namesOfCloned: boolean }): void {
  const resources = new ConstraintResources(state, options);
  for (const constraint of state.input.configuration.constraints) {
    if (!isInEffect(state, constraint)) continue;
    switch (constraint.kind) {
      case 'location':
        unpackLocation(state, resources, constraint);
        break;
      case 'colocation':
        unpackColocation(state, resources, constraint);
        break;
      case 'order':
        unpackOrder(state, resources, constraint);
        break;
      case 'ticket':
        unpackTicketConstraint(state, resources, constraint);
    }
  }
}

/** Old constraints may carry a lifetime: they count only while one of its rules holds. */
function isInEffect(state: ClusterState, constraint: Constraint): boolean {
  if (constraint.kind === 'ticket') return true;
  const { lifetime } = constraint;
  if (lifetime === undefined || lifetime.length === 0) return true;
  return lifetime.some((rule) => evaluateRule(rule, state.context.baseRule));
}
