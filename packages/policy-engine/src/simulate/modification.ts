/** One change made to the input before it is simulated. */
export type Modification =
  | { readonly kind: 'quorum' | 'watchdog'; readonly value: string }
  | { readonly kind: 'node'; readonly action: 'Online' | 'Offline' | 'Failing'; readonly node: string }
  | {
      readonly kind: 'ticket';
      readonly action: 'Granting' | 'Revoking' | 'Standby' | 'Activating';
      readonly ticket: string;
    }
  | { readonly kind: 'operation'; readonly spec: string }
  | { readonly kind: 'attribute'; readonly name: string; readonly value: string; readonly nodeId: string };

/** A change as the reference prints it, without bullet. */
export function formatModification(change: Modification): string {
  switch (change.kind) {
    case 'quorum':
      return `Setting quorum: ${change.value}`;
    case 'watchdog':
      return `Setting watchdog: ${change.value}`;
    case 'node':
      return nodeText(change.action, change.node);
    case 'ticket':
      return change.action === 'Standby'
        ? `Making ticket ${change.ticket} standby`
        : `${change.action} ticket ${change.ticket}`;
    case 'operation':
      return `Injecting ${change.spec} into the configuration`;
    case 'attribute':
      return `Injecting attribute ${change.name}=${change.value} into /node_state '${change.nodeId}'`;
  }
}

function nodeText(action: 'Online' | 'Offline' | 'Failing', node: string): string {
  if (action === 'Failing') return `Failing node ${node}`;
  return action === 'Online' ? `Bringing node ${node} online` : `Taking node ${node} offline`;
}
