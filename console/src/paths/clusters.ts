/**
 * A graph that is small enough to be read: nodes of one kind that stand in the same way to the rest are shown as one, which
 * says how many they are. What was refused, and what was chosen, is shown for itself.
 */
import type { PathEdge, PathNode, Paths } from '../../../src/explain/paths/paths.ts';

export type WholeGraph = Pick<Paths, 'nodes' | 'edges'>;

/** A node that is shown, and those that it stands for; of one that stands for itself, that one. */
export interface Cluster extends PathNode {
  readonly members: readonly PathNode[];
  /** How many they are: of some there is only a number. */
  readonly count: number;
}

export interface ClusterEdge extends PathEdge {
  /** How many it stands for. */
  readonly count: number;
}

export interface Clusters {
  /** Whether those drawn as one stand alike to the rest, and are not only of a kind. */
  readonly isAlike: boolean;
  readonly nodes: readonly Cluster[];
  readonly edges: readonly ClusterEdge[];
}

/** So many are shown one by one. */
const FEW = 24;
/** More than these cannot be taken in. */
const MAX_SHOWN = 48;
/** Refusals whose two ends are shown by name; of further ones there is a number. */
const MAX_BROKEN = 12;

export function clustered(graph: WholeGraph, chosen: string | undefined): Clusters {
  const { nodes, edges } = graph;
  const single = new Set(nodes.length <= FEW ? nodes.map(({ id }) => id) : namedOnes(edges, chosen));
  const named = (name: (node: PathNode) => string) =>
    new Map(nodes.map((node) => [node.id, single.has(node.id) ? node.id : name(node)]));
  const byAccount = named(({ kind, noun, account }) => JSON.stringify([kind, noun, account]));
  // The coarser, the fewer: what stands alike, else what is alike, else what is of a kind.
  const finest = refined(byAccount, edges);
  const classes = [finest, byAccount, named(({ kind, noun }) => JSON.stringify([kind, noun]))];
  const shown = classes.find((each) => new Set(each.values()).size <= MAX_SHOWN) ?? named(({ kind }) => kind);
  return { ...quotient(graph, shown), isAlike: shown === finest };
}

function namedOnes(edges: readonly PathEdge[], chosen: string | undefined): string[] {
  const broken = edges.filter(({ state, label }) => state === 'broken' && label !== 'failed');
  return [...(chosen === undefined ? [] : [chosen]), ...broken.slice(0, MAX_BROKEN).flatMap(endsOf)];
}

const endsOf = ({ from, to }: PathEdge) => [from, to];

/** Split until all of a class have the same edges to the same classes, in both directions, however many. */
function refined(
  first: ReadonlyMap<string, string>,
  edges: readonly PathEdge[],
): ReadonlyMap<string, string> {
  let classes = first;
  for (;;) {
    const beside = new Map<string, Set<string>>();
    const note = (id: string, text: string) => beside.set(id, (beside.get(id) ?? new Set()).add(text));
    for (const { from, to, state, label } of edges) {
      note(from, JSON.stringify(['to', classes.get(to), state, label]));
      note(to, JSON.stringify(['from', classes.get(from), state, label]));
    }
    const numbers = new Map<string, string>();
    const next = new Map<string, string>();
    for (const [id, own] of classes) {
      const signature = JSON.stringify([own, [...(beside.get(id) ?? [])].sort()]);
      if (!numbers.has(signature)) numbers.set(signature, String(numbers.size));
      next.set(id, numbers.get(signature) as string);
    }
    if (numbers.size === new Set(classes.values()).size) return classes;
    classes = next;
  }
}

function quotient(
  { nodes, edges }: WholeGraph,
  classes: ReadonlyMap<string, string>,
): Omit<Clusters, 'isAlike'> {
  const groups = Map.groupBy(nodes, ({ id }) => classes.get(id));
  const shown = new Map<string | undefined, Cluster>();
  for (const [name, members] of groups) {
    const [first] = members as [PathNode];
    const count = members.reduce((sum, each) => sum + (each.count ?? 1), 0);
    shown.set(name, { ...first, id: members.length > 1 ? `many ${name}` : first.id, members, count });
  }
  const idOf = (id: string) => shown.get(classes.get(id))?.id ?? id;
  const joined = Map.groupBy(edges, ({ from, to }) => JSON.stringify([idOf(from), idOf(to)]));
  return { nodes: [...shown.values()], edges: [...joined.values()].map((all) => edgeOf(all, idOf)) };
}

const ORDER = ['broken', 'allowed', 'conditional', 'unknown'] as const;

/** What is freest says how it looks, but what is broken is always seen. */
function edgeOf(all: readonly PathEdge[], idOf: (id: string) => string): ClusterEdge {
  const state = ORDER.find((each) => all.some((edge) => edge.state === each)) ?? 'unknown';
  const [first] = all.filter((edge) => edge.state === state) as [PathEdge];
  const labels = new Set(all.filter((edge) => edge.state === state).map(({ label }) => label));
  return {
    ...first,
    from: idOf(first.from),
    to: idOf(first.to),
    label: [...labels].join(', '),
    count: all.length,
  };
}

/** What leads to it, and where it leads. */
export function around({ nodes, edges }: WholeGraph, id: string): WholeGraph {
  const reached = new Set([...reachedFrom(id, edges, 'from', 'to'), ...reachedFrom(id, edges, 'to', 'from')]);
  return {
    nodes: nodes.filter((node) => reached.has(node.id)),
    edges: edges.filter(({ from, to }) => reached.has(from) && reached.has(to)),
  };
}

function reachedFrom(
  id: string,
  edges: readonly PathEdge[],
  here: 'from' | 'to',
  there: 'from' | 'to',
): ReadonlySet<string> {
  const next = Map.groupBy(edges, (edge) => edge[here]);
  const reached = new Set([id]);
  // A set is walked through while it grows.
  for (const each of reached) for (const edge of next.get(each) ?? []) reached.add(edge[there]);
  return reached;
}

/** Of several answers, each about other keys. */
export function merged(answers: readonly WholeGraph[]): WholeGraph {
  const nodes = new Map(answers.flatMap((each) => each.nodes.map((node) => [node.id, node] as const)));
  const edges = answers.flatMap((each) =>
    each.edges.map((edge) => [`${edge.from} ${edge.to}`, edge] as const),
  );
  return { nodes: [...nodes.values()], edges: [...new Map(edges).values()] };
}
