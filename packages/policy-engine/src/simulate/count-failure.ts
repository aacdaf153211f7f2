import type { Modification } from './modification.ts';
import type { StatusEditor } from './status-editor.ts';

export interface FailureInit {
  /** Name by which the cluster knows the resource on this node. */
  readonly resource: string;
  readonly task: string;
  readonly intervalMs: number;
  readonly node: string;
  readonly nodeId?: string | undefined;
  readonly nowSeconds: number;
}

/** Raises the fail count of an operation on a node, and notes when; what the attribute manager would do. */
export function countFailure(editor: StatusEditor, init: FailureInit): Modification[] {
  const { resource, task, intervalMs, nowSeconds } = init;
  const name = `${resource}#${task}_${intervalMs}`;
  const node = editor.node(init.node, init.nodeId);
  const [first = { id: `status-${node.id}`, rules: [], pairs: [] }, ...others] = node.transientAttributes;
  const countName = `fail-count-${name}`;
  const timeName = `last-failure-${name}`;
  const before = first.pairs.find((pair) => pair.name === countName)?.value;
  const count = before === 'INFINITY' ? before : String(Number(before ?? 0) + 1);
  const pairs = [
    ...first.pairs.filter((pair) => pair.name !== countName && pair.name !== timeName),
    { id: `${node.id}-${countName}`.replaceAll('#', '.'), name: countName, value: count },
    { id: `${node.id}-${timeName}`.replaceAll('#', '.'), name: timeName, value: String(nowSeconds) },
  ];
  node.transientAttributes = [{ ...first, pairs }, ...others];
  return [
    { kind: 'attribute', name: countName, value: 'value++', nodeId: node.id },
    { kind: 'attribute', name: timeName, value: String(nowSeconds), nodeId: node.id },
  ];
}
