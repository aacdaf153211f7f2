import type { ClusterState } from '../state/cluster-state.ts';
import type { Ticket } from '../state/constraints.ts';
import { isTrue } from './option-values.ts';

/** Reads the tickets' states. */
export function unpackTickets(state: ClusterState): void {
  for (const status of state.input.status.tickets) {
    const ticket = findTicket(state, status.id);
    ticket.known = true;
    ticket.granted = isTrue(status.granted);
    ticket.standby = isTrue(status.standby);
    ticket.lastGranted = status.lastGranted;
    for (const [name, value] of Object.entries(status.extra ?? {})) ticket.attributes.set(name, value);
  }
}

/** The ticket of that name; one nobody granted yet is created as not granted. */
export function findTicket(state: ClusterState, id: string): Ticket {
  let ticket = state.tickets.get(id);
  if (ticket === undefined) {
    ticket = {
      id,
      known: false,
      granted: false,
      standby: false,
      lastGranted: undefined,
      attributes: new Map(),
    };
    state.tickets.set(id, ticket);
  }
  return ticket;
}
