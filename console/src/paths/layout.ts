/** Where the nodes and edges of a graph are drawn: dagre's layers, from left to right. */
import { Graph, layout } from '@dagrejs/dagre';
import type { PathEdge, PathNode, Paths } from '../../../src/explain/paths.ts';

export const NODE = { width: 190, height: 40 };

export interface PlacedNode extends PathNode {
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge extends PathEdge {
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Placed {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** Beyond, the tightest layering takes longer than anybody waits. */
const MANY_NODES = 150;

export function placed({ nodes, edges }: Paths): Placed {
  const graph = new Graph();
  const ranker = nodes.length > MANY_NODES ? 'longest-path' : 'network-simplex';
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep: 70, marginx: 12, marginy: 12, ranker });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { ...NODE });
  // What was refused goes past the policy that it lacks, from the layer of who asks.
  for (const { from, to, state } of edges) graph.setEdge(from, to, state === 'broken' ? { minlen: 2 } : {});
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: nodes.map((node) => {
      const { x = 0, y = 0 } = graph.node(node.id);
      return { ...node, x, y };
    }),
    edges: edges.map((edge) => ({ ...edge, points: graph.edge(edge.from, edge.to).points ?? [] })),
  };
}
