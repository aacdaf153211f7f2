import type { ActionGraph, Synapse } from '@holdfast/model';

/** One synapse with its column (distance from the start) and row. */
export interface PlacedSynapse {
  readonly synapse: Synapse;
  readonly layer: number;
  readonly row: number;
}

/** Places the synapses of a graph in layers: each one layer after the last of its inputs. */
export function layerGraph(graph: ActionGraph): PlacedSynapse[] {
  const byId = new Map(graph.synapses.map((synapse) => [synapse.action.id, synapse]));
  const layers = new Map<number, number>();
  const open = new Set<number>();
  const layerOf = (id: number): number => {
    const known = layers.get(id);
    if (known !== undefined) return known;
    // A loop cannot be laid out; its edge back is drawn backwards.
    if (open.has(id)) return 0;
    open.add(id);
    const inputs = (byId.get(id)?.inputs ?? []).filter((input) => byId.has(input));
    const layer = inputs.reduce((highest, input) => Math.max(highest, layerOf(input) + 1), 0);
    open.delete(id);
    layers.set(id, layer);
    return layer;
  };
  const rows: number[] = [];
  return graph.synapses.map((synapse) => {
    const layer = layerOf(synapse.action.id);
    const row = rows[layer] ?? 0;
    rows[layer] = row + 1;
    return { synapse, layer, row };
  });
}
