import type { NodeState, ResourceHistory } from '@holdfast/model';

/** Finds a node's history of a resource. Few are asked for, so a node's index is made when its first one is. */
export class HistoryIndex {
  readonly #statuses = new Map<string, NodeState>();
  readonly #histories = new Map<string, ReadonlyMap<string, ResourceHistory>>();

  /** Takes the status of a node, known by its name from then on. */
  add(nodeName: string, status: NodeState): void {
    this.#statuses.set(nodeName, status);
    this.#histories.delete(nodeName);
  }

  /** A node's histories by resource id; of several with one id, the last. */
  get(nodeName: string): ReadonlyMap<string, ResourceHistory> | undefined {
    const known = this.#histories.get(nodeName);
    if (known !== undefined) return known;
    const status = this.#statuses.get(nodeName);
    if (status === undefined) return undefined;
    const index = new Map<string, ResourceHistory>();
    for (const history of status.resources) index.set(history.id, history);
    this.#histories.set(nodeName, index);
    return index;
  }
}
