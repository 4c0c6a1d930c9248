/** Where the units of an image lie in the extent file. */
import { type ClusterMap, UNITS_PER_CLUSTER, WHOLE_CLUSTER } from './cluster-map.ts';
import type { Image } from './image.ts';
import type { Lineage } from './lineage.ts';

/** The position of units that were never written, or have been trimmed: they read as zeros. */
export const HOLE = -1;

/** `count` bits from `first` on. */
const unitBits = (first: number, count: number) => ((1 << count) - 1) << first;

/**
 * Visits `count` units from `unit` on in runs that lie together in the extent file (or nowhere): `position` is the
 * offset in bytes in the file, or HOLE.
 */
export function visitRuns(
  map: ClusterMap,
  unitBytes: number,
  unit: number,
  count: number,
  visit: (unit: number, count: number, position: number) => void,
): void {
  const end = unit + count;
  let runStart = unit;
  let runPosition = HOLE;
  let at = unit;
  while (at < end) {
    const cluster = Math.floor(at / UNITS_PER_CLUSTER);
    const first = at % UNITS_PER_CLUSTER;
    const written = map.written(cluster);
    let position = HOLE;
    let length = UNITS_PER_CLUSTER - first;
    if (written === 0) {
      const lastCluster = Math.ceil(end / UNITS_PER_CLUSTER);
      const nextCluster = Math.max(cluster + 1, map.skipEmpty(cluster, lastCluster));
      length = nextCluster * UNITS_PER_CLUSTER - at;
    } else {
      const isWritten = ((written >> first) & 1) === 1;
      // Bits that differ from that of this unit end the run.
      const changes = ((isWritten ? ~written : written) >> first) | (1 << length);
      length = 31 - Math.clz32(changes & -changes);
      if (isWritten) position = (map.extent(cluster) * UNITS_PER_CLUSTER + first) * unitBytes;
    }
    length = Math.min(length, end - at);
    const continues =
      position === HOLE
        ? runPosition === HOLE
        : runPosition !== HOLE && position === runPosition + (at - runStart) * unitBytes;
    if (!continues) {
      if (at > runStart) visit(runStart, at - runStart, runPosition);
      runStart = at;
      runPosition = position;
    }
    at += length;
  }
  visit(runStart, at - runStart, runPosition);
}

/** Where one cluster of a run goes: its extent, and the units that are written with the run. */
interface Placement {
  cluster: number;
  extent: number;
  bits: number;
}

/**
 * Stores whole units. A unit of an extent that nobody shares is overwritten where it lies; a shared cluster is copied to
 * an extent of its own first. The map changes only after the bytes are in the file, so a failed write leaves all as it
 * was. Throws node's error (ENOSPC, EIO).
 */
export function storeUnits(lineage: Lineage, image: Image, unit: number, source: Uint8Array): void {
  lineage.requireUsable();
  const { unitBytes } = lineage.header;
  const end = unit + source.length / unitBytes;
  let run: Placement[] = [];
  let runStart = unit;
  let runPosition = 0;
  const finish = (runEnd: number) => {
    const from = (runStart - unit) * unitBytes;
    lineage.file.write(runPosition, source.subarray(from, from + (runEnd - runStart) * unitBytes));
    for (const { cluster, extent, bits } of run) {
      lineage.place(image, cluster, extent, image.map.written(cluster) | bits);
    }
    run = [];
  };
  try {
    for (let at = unit; at < end; ) {
      const cluster = Math.floor(at / UNITS_PER_CLUSTER);
      const first = at % UNITS_PER_CLUSTER;
      const length = Math.min(UNITS_PER_CLUSTER - first, end - at);
      const bits = unitBits(first, length);
      const extent = extentForWrite(lineage, image, cluster, bits);
      const position = (extent * UNITS_PER_CLUSTER + first) * unitBytes;
      if (run.length > 0 && position !== runPosition + (at - runStart) * unitBytes) finish(at);
      if (run.length === 0) {
        runStart = at;
        runPosition = position;
      }
      run.push({ cluster, extent, bits });
      at += length;
    }
    finish(end);
  } catch (error) {
    for (const { cluster, extent } of run) giveUpNewExtent(lineage, image, cluster, extent);
    throw error;
  }
}

/** An extent that only this image refers to, holding the units of `cluster` that are not about to be written. */
function extentForWrite(lineage: Lineage, image: Image, cluster: number, bits: number): number {
  const written = image.map.written(cluster);
  if (written === 0) return lineage.extents.allocate();
  const current = image.map.extent(cluster);
  if (!lineage.extents.isShared(current)) return current;
  const own = lineage.extents.allocate();
  const kept = written & ~bits;
  try {
    if (kept !== 0) copyUnits(lineage, current, own, kept);
  } catch (error) {
    lineage.extents.release(own);
    throw error;
  }
  return own;
}

function giveUpNewExtent(lineage: Lineage, image: Image, cluster: number, extent: number): void {
  const isNew = image.map.written(cluster) === 0 || image.map.extent(cluster) !== extent;
  if (isNew) lineage.extents.release(extent);
}

/**
 * Copies the units in `bits` (at least one) as they are, ciphertext included: the tweak of a unit does not change. With them
 * goes what lies in between, which nobody reads.
 */
function copyUnits(lineage: Lineage, from: number, to: number, bits: number): void {
  const { clusterBytes } = lineage;
  const { unitBytes } = lineage.header;
  const first = 31 - Math.clz32(bits & -bits);
  const afterLast = 32 - Math.clz32(bits);
  const units = Buffer.allocUnsafe((afterLast - first) * unitBytes);
  lineage.file.read(from * clusterBytes + first * unitBytes, units);
  lineage.file.write(to * clusterBytes + first * unitBytes, units);
}

/** Makes whole units read as zeros, and frees the extents in which nothing is left. */
export function clearUnits(lineage: Lineage, image: Image, unit: number, count: number): void {
  lineage.requireUsable();
  const end = unit + count;
  const lastCluster = Math.ceil(end / UNITS_PER_CLUSTER);
  for (let at = unit; at < end; ) {
    const cluster = Math.floor(at / UNITS_PER_CLUSTER);
    const written = image.map.written(cluster);
    const clusterEnd = Math.min((cluster + 1) * UNITS_PER_CLUSTER, end);
    if (written === 0) {
      at = Math.max(clusterEnd, image.map.skipEmpty(cluster, lastCluster) * UNITS_PER_CLUSTER);
      continue;
    }
    const kept = written & ~unitBits(at % UNITS_PER_CLUSTER, clusterEnd - at) & WHOLE_CLUSTER;
    lineage.place(image, cluster, kept === 0 ? 0 : image.map.extent(cluster), kept);
    at = clusterEnd;
  }
}
