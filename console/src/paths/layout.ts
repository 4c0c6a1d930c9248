/** Where the nodes and edges of a graph are drawn: dagre's layers, from left to right. */
import { Graph, layout } from '@dagrejs/dagre';
import { withoutNoun } from '../parts/words.ts';
import type { Cluster, ClusterEdge, Clusters } from './clusters.ts';

/** How wide nodes are, how far apart their layers, and how much of a name they show. */
interface Measures {
  readonly nodeWidth: number;
  readonly ranksep: number;
  readonly maxChars: number;
  readonly maxLines: number;
}
const WIDE: Measures = { nodeWidth: 190, ranksep: 50, maxChars: 25, maxLines: 2 };
/** As many characters in more lines: five layers stand side by side where a tablet shows them. */
export const NARROW: Measures = { nodeWidth: 144, ranksep: 24, maxChars: 17, maxLines: 3 };

const LINE = 16;
/** Of a node with a line for its kind. */
const BARE_HEIGHT = 26;
const CHAR_WIDTH = 7.5;

export type PlacedNode = Cluster & {
  readonly x: number;
  readonly y: number;
  readonly height: number;
  readonly lines: readonly string[];
};

interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge extends ClusterEdge {
  /** As SVG draws it: out of the right side of a node, into the left side of another. */
  readonly path: string;
  /** What stands beside what was refused, and where. */
  readonly sign: (Point & { readonly text: string }) | undefined;
}

export interface Placed {
  readonly nodeWidth: number;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export function placed({ nodes, edges }: Clusters, measures = WIDE): Placed {
  const { nodeWidth, ranksep } = measures;
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 14, ranksep, marginx: 12, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  const lines = new Map(nodes.map((node) => [node.id, linesOf(node, measures)]));
  const heightOf = (id: string) => BARE_HEIGHT + (lines.get(id)?.length ?? 1) * LINE;
  for (const { id } of nodes) graph.setNode(id, { width: nodeWidth, height: heightOf(id) });
  for (const edge of edges) {
    const text = signOf(edge);
    // It goes past the policy that it lacks, from the layer of who asks.
    const room = { minlen: 2, width: text?.length ?? 0, height: LINE, labelpos: 'c' } as const;
    graph.setEdge(edge.from, edge.to, text ? { ...room, width: text.length * CHAR_WIDTH } : {});
  }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    nodeWidth,
    width,
    height,
    nodes: nodes.map((node) => {
      const { x = 0, y = 0 } = graph.node(node.id);
      return { ...node, x, y, height: heightOf(node.id), lines: lines.get(node.id) ?? [] };
    }),
    edges: edges.map((edge) => {
      const { points = [], x, y } = graph.edge(edge.from, edge.to);
      const [from, to] = [graph.node(edge.from), graph.node(edge.to)] as unknown as [Point, Point];
      const ends = [beside(from, nodeWidth / 2), ...points.slice(1, -1), beside(to, -nodeWidth / 2)];
      const text = signOf(edge);
      const sign = text && x !== undefined && y !== undefined ? { x, y, text } : undefined;
      return { ...edge, path: curve(ends), sign };
    }),
  };
}

const beside = ({ x, y }: Point, by: number): Point => ({ x: x + by, y });

/** Level where it leaves and where it arrives, so that edges of one node do not cross over it. */
function curve([first, ...rest]: readonly Point[]): string {
  if (!first) return '';
  let [last, path] = [first, `M${first.x} ${first.y}`];
  for (const next of rest) {
    const middle = (last.x + next.x) / 2;
    path += `C${middle} ${last.y} ${middle} ${next.y} ${next.x} ${next.y}`;
    last = next;
  }
  return path;
}

function signOf({ state, label, count }: ClusterEdge): string | undefined {
  if (state !== 'broken' || label === 'failed') return undefined;
  return `✕ ${label}${count > 1 ? ` (${count.toLocaleString('en')})` : ''}`;
}

/** The name, on as many lines as there are at most; of many, that of one of them. */
function linesOf({ name, noun, members }: Cluster, { maxChars, maxLines }: Measures): readonly string[] {
  const own = withoutNoun(name, noun);
  const whole = own && members.length > 1 ? `${own}, …` : own;
  const lines: string[] = [];
  for (let rest = whole; rest && lines.length < maxLines; ) {
    const isLast = lines.length === maxLines - 1 && rest.length > maxChars;
    const end = breakAt(rest, maxChars);
    lines.push(isLast ? `${rest.slice(0, maxChars - 1)}…` : rest.slice(0, end));
    rest = rest.slice(end);
  }
  return lines;
}

/** After the last space, dash or slash that fits. */
function breakAt(text: string, maxChars: number): number {
  if (text.length <= maxChars) return text.length;
  const fits = text.slice(0, maxChars);
  const last = Math.max(...[' ', '-', '/', '.'].map((each) => fits.lastIndexOf(each)));
  return last > maxChars / 3 ? last + 1 : maxChars;
}
