/** The graph as it is put together: each node once, and one edge between two. */

export interface PathNode {
  /** An ARN or an id; of a policy, its name and what it is of. */
  readonly id: string;
  readonly kind:
    | 'principal'
    | 'policy'
    | 'grant'
    | 'key'
    | 'volume'
    | 'snapshot'
    | 'instance'
    | 'group'
    | 'stack';
  /** What it is in a word, of which there may be many: `role`, `key policy`, `EC2 session`. */
  readonly noun: string;
  readonly name: string;
  readonly account?: string;
  /** It stands for so many that are not listed one by one. */
  readonly count?: number;
}

export interface PathEdge {
  readonly from: string;
  readonly to: string;
  /** `conditional`: on what the request must meet; `unknown`: on what was not read. */
  readonly state: 'allowed' | 'conditional' | 'unknown' | 'broken';
  /** What is allowed, or what was refused. */
  readonly label: string;
  readonly reason?: string;
}

/** The freest says how an edge looks, but what is broken stays so. */
const RANK = { unknown: 0, conditional: 1, allowed: 2, broken: 3 } as const;

export class PathGraph {
  readonly #nodes = new Map<string, PathNode>();
  readonly #edges = new Map<string, PathEdge & { readonly labels: Set<string> }>();

  has(id: string): boolean {
    return this.#nodes.has(id);
  }

  add(node: PathNode): void {
    if (!this.#nodes.has(node.id)) this.#nodes.set(node.id, node);
  }

  /** Of several edges between two nodes one is left, which says what they all did. */
  join(edge: PathEdge): void {
    const name = `${edge.from} ${edge.to}`;
    const known = this.#edges.get(name);
    const labels = (known?.labels ?? new Set<string>()).add(edge.label);
    const isWeaker = known !== undefined && RANK[edge.state] <= RANK[known.state];
    this.#edges.set(name, { ...(isWeaker ? known : edge), labels });
  }

  whole(): { readonly nodes: readonly PathNode[]; readonly edges: readonly PathEdge[] } {
    const edges = [...this.#edges.values()];
    return {
      nodes: [...this.#nodes.values()],
      edges: edges.map(({ labels, ...edge }) => ({ ...edge, label: [...labels].join(', ') })),
    };
  }
}
