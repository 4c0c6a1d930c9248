/** The blocks of a snapshot, as the EBS direct APIs list, read and write them. */
import { nextTurn } from '../../platform/next-turn.ts';
import type { Turns } from '../../platform/ports.ts';
import { type BlockDevice, readOrThrow, stretchesOf, writeOrThrow } from '../device/device.ts';
import { BlockFailure } from '../failure.ts';
import type { Image } from './image.ts';
import type { Lineage } from './lineage.ts';

/** The block of the EBS direct APIs. */
export const SNAPSHOT_BLOCK_BYTES = 524_288;

/** A block that differs between two snapshots, and which of them holds data there. */
export interface ChangedBlock {
  index: number;
  inFirst: boolean;
  inSecond: boolean;
}

const clustersPerBlock = (lineage: Lineage) => SNAPSHOT_BLOCK_BYTES / lineage.clusterBytes;

const blockCount = (...images: readonly (Image | undefined)[]) =>
  Math.ceil(Math.max(...images.map((image) => image?.sizeBytes ?? 0)) / SNAPSHOT_BLOCK_BYTES);

/** Clusters of a block, as [first, end). */
function clustersOf(lineage: Lineage, index: number): [number, number] {
  const perBlock = clustersPerBlock(lineage);
  return [index * perBlock, (index + 1) * perBlock];
}

function holdsData(lineage: Lineage, { map }: Image, index: number): boolean {
  const [first, end] = clustersOf(lineage, index);
  for (let cluster = first; cluster < end; cluster++) if (map.written(cluster) !== 0) return true;
  return false;
}

/** Indexes of the blocks that hold data, ascending, from `start` on, at most `limit`. */
export function listBlocks(lineage: Lineage, image: Image, start: number, limit: number): number[] {
  const indexes: number[] = [];
  const end = blockCount(image);
  const perBlock = clustersPerBlock(lineage);
  for (let index = start; index < end && indexes.length < limit; index++) {
    index = Math.floor(image.map.skipEmpty(index * perBlock, end * perBlock) / perBlock);
    if (index < end && holdsData(lineage, image, index)) indexes.push(index);
  }
  return indexes;
}

/**
 * Blocks that differ, ascending, from `start` on. Two images of a lineage have the same bytes in a cluster exactly if
 * they share its extent and its written units: a shared extent is never overwritten.
 */
export function changedBlocks(
  lineage: Lineage,
  first: Image | undefined,
  second: Image,
  start: number,
  limit: number,
): ChangedBlock[] {
  const changed: ChangedBlock[] = [];
  const end = blockCount(first, second);
  const perBlock = clustersPerBlock(lineage);
  for (let index = start; index < end && changed.length < limit; index++) {
    const cluster = index * perBlock;
    const skipped = Math.min(
      second.map.skipEmpty(cluster, end * perBlock),
      first?.map.skipEmpty(cluster, end * perBlock) ?? Number.POSITIVE_INFINITY,
    );
    index = Math.floor(skipped / perBlock);
    if (index >= end || !differs(lineage, first, second, index)) continue;
    const inFirst = first !== undefined && holdsData(lineage, first, index);
    changed.push({ index, inFirst, inSecond: holdsData(lineage, second, index) });
  }
  return changed;
}

function differs(lineage: Lineage, first: Image | undefined, second: Image, index: number): boolean {
  const [from, end] = clustersOf(lineage, index);
  for (let cluster = from; cluster < end; cluster++) {
    const written = second.map.written(cluster);
    if ((first?.map.written(cluster) ?? 0) !== written) return true;
    if (written !== 0 && first?.map.extent(cluster) !== second.map.extent(cluster)) return true;
  }
  return false;
}

/** The last block of an image may reach beyond its end: the rest is zeros. */
export function readBlock(device: BlockDevice, index: number): Uint8Array {
  const block = new Uint8Array(SNAPSHOT_BLOCK_BYTES);
  readOrThrow(device, { offset: index * SNAPSHOT_BLOCK_BYTES, bytes: withinDevice(device, index, block) });
  return block;
}

export function writeBlock(device: BlockDevice, index: number, data: Uint8Array): void {
  writeOrThrow(device, { offset: index * SNAPSHOT_BLOCK_BYTES, bytes: withinDevice(device, index, data) });
}

/** The part of a block that lies within the device. */
function withinDevice(device: BlockDevice, index: number, block: Uint8Array): Uint8Array {
  const room = device.sizeBytes - index * SNAPSHOT_BLOCK_BYTES;
  if (index < 0 || room <= 0 || block.length !== SNAPSHOT_BLOCK_BYTES) {
    throw new BlockFailure('InvalidRequest', `There is no block ${index} of ${block.length} bytes.`);
  }
  return block.subarray(0, room);
}

/**
 * Copies what is written in the blocks of `indexes`, one by one so that other volumes of the thread go on meanwhile.
 * `progress` hears each new percent.
 */
export async function copyBlocks(
  source: BlockDevice,
  target: BlockDevice,
  indexes: readonly number[],
  turns: Turns,
  progress: (percent: number) => void,
): Promise<void> {
  const buffer = new Uint8Array(SNAPSHOT_BLOCK_BYTES);
  let reported = 0;
  try {
    for (const [done, index] of indexes.entries()) {
      copyBlock(source, target, index, buffer);
      const percent = Math.floor(((done + 1) * 100) / indexes.length);
      if (percent > reported) progress(percent);
      reported = percent;
      await nextTurn(turns);
    }
  } finally {
    buffer.fill(0);
  }
}

function copyBlock(source: BlockDevice, target: BlockDevice, index: number, buffer: Uint8Array): void {
  let offset = index * SNAPSHOT_BLOCK_BYTES;
  const length = Math.min(SNAPSHOT_BLOCK_BYTES, source.sizeBytes - offset);
  for (const { bytes, isWritten } of stretchesOf(source, offset, length)) {
    if (isWritten) {
      const transfer = { offset, bytes: buffer.subarray(0, bytes) };
      readOrThrow(source, transfer);
      writeOrThrow(target, transfer);
    }
    offset += bytes;
  }
}
