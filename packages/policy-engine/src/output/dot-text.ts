import type { ActionGraph, GraphAction } from '@holdfast/model';

/** The graph in the language of Graphviz: a box per action, an arrow from each input. */
export function formatDot(graph: ActionGraph): string {
  const names = new Map(graph.synapses.map(({ action }) => [action.id, nodeName(action)]));
  const lines: string[] = [];
  for (const { action, inputs } of graph.synapses) {
    for (const input of inputs) {
      const from = names.get(input);
      if (from !== undefined) lines.push(`${quote(from)} -> ${quote(nodeName(action))} [ style = bold]`);
    }
  }
  for (const { action } of graph.synapses) {
    const font = action.kind === 'pseudo' ? 'orange' : 'black';
    lines.push(`${quote(nodeName(action))} [ style=bold color="green" fontcolor="${font}"]`);
  }
  return ` digraph "g" {\n${[...new Set(lines)]
    .sort()
    .map((line) => `${line}\n`)
    .join('')}}\n`;
}

function nodeName(action: GraphAction): string {
  const key = action.internalOperationKey ?? action.operationKey;
  return action.onNode === undefined ? key : `${key} ${action.onNode}`;
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
