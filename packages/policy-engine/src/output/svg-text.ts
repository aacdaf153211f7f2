import { type ActionGraph, escapeAttribute, type GraphAction } from '@holdfast/model';
import { layerGraph, type PlacedSynapse } from './graph-layers.ts';

const BOX = { width: 260, height: 34, gapX: 70, gapY: 14, margin: 20 } as const;

const FILL: Readonly<Record<GraphAction['kind'], string>> = {
  resource: '#e8f1ff',
  cluster: '#ffe6e0',
  pseudo: '#f3f3f3',
};

/** The graph as a drawing: time runs from left to right, an arrow leads from each action to those that wait for it. */
export function formatSvg(graph: ActionGraph): string {
  const placed = layerGraph(graph);
  const byId = new Map(placed.map((each) => [each.synapse.action.id, each]));
  const columns = Math.max(0, ...placed.map(({ layer }) => layer + 1));
  const rows = Math.max(0, ...placed.map(({ row }) => row + 1));
  const width = 2 * BOX.margin + columns * (BOX.width + BOX.gapX);
  const height = 2 * BOX.margin + rows * (BOX.height + BOX.gapY);
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<defs><marker id="end" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">',
    '<path d="M0 0L8 4L0 8z" fill="#666"/></marker></defs>',
    ...placed.flatMap((to) => to.synapse.inputs.flatMap((id) => edge(byId.get(id), to))),
    ...placed.map(box),
    '</svg>',
  ];
  return `${lines.join('\n')}\n`;
}

function corner({ layer, row }: PlacedSynapse): { x: number; y: number } {
  return { x: BOX.margin + layer * (BOX.width + BOX.gapX), y: BOX.margin + row * (BOX.height + BOX.gapY) };
}

function edge(from: PlacedSynapse | undefined, to: PlacedSynapse): string[] {
  if (from === undefined) return [];
  const start = corner(from);
  const end = corner(to);
  const [x1, y1] = [start.x + BOX.width, start.y + BOX.height / 2];
  const [x2, y2] = [end.x, end.y + BOX.height / 2];
  const bend = BOX.gapX / 2;
  return [
    `<path d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}" fill="none" stroke="#999" marker-end="url(#end)"/>`,
  ];
}

function box(placed: PlacedSynapse): string {
  const { action } = placed.synapse;
  const { x, y } = corner(placed);
  const name = action.internalOperationKey ?? action.operationKey;
  const place = action.onNode === undefined ? '' : ` on ${action.onNode}`;
  const dash = action.kind === 'pseudo' ? ' stroke-dasharray="4 3"' : '';
  return [
    `<g><title>${escapeAttribute(name + place)}</title>`,
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6" fill="${FILL[action.kind]}" stroke="#555"${dash}/>`,
    `<text x="${x + 8}" y="${y + 15}">${escapeAttribute(shorten(name))}</text>`,
    `<text x="${x + 8}" y="${y + 28}" fill="#555">${escapeAttribute(shorten(action.onNode ?? action.kind))}</text></g>`,
  ].join('');
}

function shorten(text: string): string {
  return text.length > 38 ? `${text.slice(0, 37)}…` : text;
}
