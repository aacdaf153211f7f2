import type { ActionGraph } from '@holdfast/model';
import { type Action, ActionFlag, type ClusterState } from '../state/index.ts';

/** What a drawing shows of an action. */
interface Box {
  readonly name: string;
  readonly style: string;
}

/** The graph in the language of Graphviz: a box per action, an arrow from each input. */
export function formatDot(graph: ActionGraph): string {
  const names = new Map(graph.synapses.map(({ action }) => [action.id, nodeName(action)]));
  const lines: string[] = [];
  for (const { action, inputs } of graph.synapses) {
    for (const input of inputs) {
      const from = names.get(input);
      if (from !== undefined) lines.push(arrow(from, nodeName(action), 'bold'));
    }
  }
  for (const { action } of graph.synapses) {
    lines.push(box({ name: nodeName(action), style: inGraphStyle(action.kind === 'pseudo') }));
  }
  return digraph(lines);
}

/**
 * The graph with the actions that are not part of it, dashed: blue is not needed, red is wanted and cannot be done
 * (with purple text: not the cluster's to do).
 */
export function formatAllActionsDot(graph: ActionGraph, state: ClusterState): string {
  const inputsOf = new Map(graph.synapses.map(({ action, inputs }) => [action.id, new Set(inputs)]));
  const lines: string[] = [];
  for (const action of state.actions) {
    const inputs = inputsOf.get(action.id);
    const name = actionName(action);
    const style = inputs === undefined ? outsideStyle(action) : inGraphStyle(action.is(ActionFlag.pseudo));
    lines.push(box({ name, style }));
    for (const { first, flags } of action.before) {
      if (flags !== 0) lines.push(arrow(actionName(first), name, inputs?.has(first.id) ? 'bold' : 'dashed'));
    }
  }
  return digraph(lines);
}

function inGraphStyle(pseudo: boolean): string {
  return `style=bold color="green" fontcolor="${pseudo ? 'orange' : 'black'}"`;
}

function outsideStyle(action: Action): string {
  if (action.resource !== undefined && !action.resource.managed)
    return 'style=dashed color="red" fontcolor="purple"';
  const font = action.is(ActionFlag.pseudo) ? 'orange' : 'black';
  const color = action.is(ActionFlag.optional) ? 'blue' : 'red';
  return `style=dashed color="${color}" fontcolor="${font}"`;
}

function digraph(lines: readonly string[]): string {
  const sorted = [...new Set(lines)].sort();
  return ` digraph "g" {\n${sorted.map((line) => `${line}\n`).join('')}}\n`;
}

function box({ name, style }: Box): string {
  return `${quote(name)} [ ${style}]`;
}

function arrow(from: string, to: string, style: string): string {
  return `${quote(from)} -> ${quote(to)} [ style = ${style}]`;
}

interface Named {
  readonly kind: string;
  readonly operation: string;
  readonly operationKey: string;
  readonly onNode?: string | undefined;
}

function nodeName({ kind, operation, operationKey, onNode }: Named): string {
  const name = operation === 'cancel' ? `Cancel ${operationKey}` : operationKey;
  if (kind === 'pseudo') return onNode === undefined ? name : `${name} ${onNode}`;
  return `${name} ${onNode ?? '<none>'}`;
}

function actionName(action: Action): string {
  return nodeName({
    kind: action.is(ActionFlag.pseudo) ? 'pseudo' : 'action',
    operation: action.task,
    operationKey: action.key,
    onNode: action.node?.name,
  });
}

function quote(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
