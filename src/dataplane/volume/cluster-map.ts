/** Units that are placed, copied on write and freed together. */
export const UNITS_PER_CLUSTER = 16;

/** All units of a cluster, as bits. */
export const WHOLE_CLUSTER = 0xffff;

const CLUSTERS_PER_LEAF = 1024;

interface Leaf {
  extents: Uint32Array;
  written: Uint16Array;
  /** Clusters with anything written; an empty leaf is dropped. */
  used: number;
  /** Other maps may have it too: it is copied before it is changed. */
  isShared: boolean;
}

const copyOf = ({ extents, written, used }: Leaf): Leaf => ({
  extents: extents.slice(),
  written: written.slice(),
  used,
  isShared: false,
});

const emptyLeaf = (): Leaf => ({
  extents: new Uint32Array(CLUSTERS_PER_LEAF),
  written: new Uint16Array(CLUSTERS_PER_LEAF),
  used: 0,
  isShared: false,
});

/**
 * Where a volume's or snapshot's clusters lie: for each the extent that holds it, and one bit for each unit that has
 * been written. A cluster without any written unit has no extent. Costs memory only where something is written, and is not
 * where it is in the map that this is a clone of.
 */
export class ClusterMap {
  readonly #leaves = new Map<number, Leaf>();

  /** Bits of the units written in `cluster`; zero if there are none. */
  written(cluster: number): number {
    const leaf = this.#leaves.get(Math.floor(cluster / CLUSTERS_PER_LEAF));
    return leaf === undefined ? 0 : (leaf.written[cluster % CLUSTERS_PER_LEAF] as number);
  }

  /** The extent of `cluster`; meaningful only if something is written there. */
  extent(cluster: number): number {
    const leaf = this.#leaves.get(Math.floor(cluster / CLUSTERS_PER_LEAF));
    return leaf === undefined ? 0 : (leaf.extents[cluster % CLUSTERS_PER_LEAF] as number);
  }

  set(cluster: number, extent: number, written: number): void {
    const leafNumber = Math.floor(cluster / CLUSTERS_PER_LEAF);
    const index = cluster % CLUSTERS_PER_LEAF;
    let leaf = this.#leaves.get(leafNumber);
    if (leaf === undefined || leaf.isShared) {
      leaf = leaf ? copyOf(leaf) : emptyLeaf();
      this.#leaves.set(leafNumber, leaf);
    }
    leaf.used += Number(written !== 0) - Number(leaf.written[index] !== 0);
    leaf.extents[index] = extent;
    leaf.written[index] = written;
    if (leaf.used === 0) this.#leaves.delete(leafNumber);
  }

  /** The first cluster from `cluster` on that may hold something, skipping whole empty leaves; at most `end`. */
  skipEmpty(cluster: number, end: number): number {
    let at = cluster;
    while (at < end && !this.#leaves.has(Math.floor(at / CLUSTERS_PER_LEAF))) {
      at = (Math.floor(at / CLUSTERS_PER_LEAF) + 1) * CLUSTERS_PER_LEAF;
    }
    return Math.min(at, end);
  }

  clone(): ClusterMap {
    const copy = new ClusterMap();
    for (const [leafNumber, leaf] of this.#leaves) {
      leaf.isShared = true;
      copy.#leaves.set(leafNumber, leaf);
    }
    return copy;
  }

  /** Clusters that are not as in `before`, those among them that have nothing written any more. */
  visitChanges(
    before: ClusterMap,
    visitor: (cluster: number, extent: number, written: number) => void,
  ): void {
    for (const leafNumber of new Set([...before.#leaves.keys(), ...this.#leaves.keys()])) {
      const [old = emptyLeaf(), leaf = emptyLeaf()] = [before, this].map((map) =>
        map.#leaves.get(leafNumber),
      );
      if (old === leaf) continue;
      for (let index = 0; index < CLUSTERS_PER_LEAF; index++) {
        const [extent, written] = [leaf.extents[index] as number, leaf.written[index] as number];
        const isSame = written === old.written[index] && (written === 0 || extent === old.extents[index]);
        if (!isSame) visitor(leafNumber * CLUSTERS_PER_LEAF + index, extent, written);
      }
    }
  }

  /** Clusters with something written. */
  visit(visitor: (cluster: number, extent: number, written: number) => void): void {
    for (const [leafNumber, { extents, written }] of this.#leaves) {
      for (let index = 0; index < CLUSTERS_PER_LEAF; index++) {
        if (written[index] === 0) continue;
        visitor(leafNumber * CLUSTERS_PER_LEAF + index, extents[index] as number, written[index] as number);
      }
    }
  }
}
