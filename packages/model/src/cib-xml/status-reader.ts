import type { NodeState } from '../status/cluster-status.ts';
import { childOf, type ReadContext } from './element-reader.ts';
import { HistoryReader } from './read-history.ts';
import { readNodeState } from './read-status.ts';
import type { PartReaders, XmlElement } from './xml-element.ts';
import type { XmlEvents } from './xml-scanner.ts';
import type { XmlTag } from './xml-tag.ts';

/** What stands around a node's histories, from the outside in. */
const AROUND_HISTORY = ['cib', 'status', 'node_state', 'lrm', 'lrm_resources'];

/**
 * Reads the nodes of the status while the document is read: it is most of the document of a large cluster, and not
 * kept as elements. Histories are turned into records tag by tag, the rest of a node at its end. Where something is
 * there twice, the first counts.
 */
export class StatusReader implements PartReaders {
  readonly nodes: NodeState[] = [];
  readonly #context: ReadContext;
  readonly #history: HistoryReader;

  constructor(context: ReadContext) {
    this.#context = context;
    this.#history = new HistoryReader(context);
  }

  takeOver(tag: XmlTag, ancestors: readonly XmlElement[]): XmlEvents | undefined {
    if (tag.name !== 'lrm_resource' || !isWithin(ancestors, 5)) return undefined;
    this.#history.begin(tag);
    return this.#history;
  }

  consume(element: XmlElement, ancestors: readonly XmlElement[]): boolean {
    if (element.name !== 'node_state' || !isWithin(ancestors, 2)) return false;
    const state = readNodeState(this.#context, element, this.#history.take());
    // Without an id nobody knows which node it is about; the reference passes over it, too.
    if (state.id !== '') this.nodes.push(state);
    return true;
  }
}

function isWithin(ancestors: readonly XmlElement[], depth: number): boolean {
  if (ancestors.length !== depth) return false;
  for (let i = 0; i < depth; i++) {
    const name = AROUND_HISTORY[i] as string;
    if (ancestors[i]?.name !== name) return false;
    // A node is not kept, so its histories are told from another's by being taken at its end.
    if (i > 0 && i !== 2 && childOf(ancestors[i - 1] as XmlElement, name) !== undefined) return false;
  }
  return true;
}
