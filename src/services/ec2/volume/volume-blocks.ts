/** The volume at the block host. Steps may run twice, so each of these is done where it is done already. */
import type { Ports } from '../../../invoke/port.ts';
import { inTurn } from '../../../service-kit/in-turn.ts';
import type { Attempt } from '../encryption/kms-failure.ts';

/** A volume with Multi-Attach may be opened for one instance and closed for another at one time. */
function attachBlocks(ports: Ports, volumeId: string, dataKey?: Uint8Array): Promise<void> {
  return inTurn(ports, volumeId, async () => {
    if (await ports.blocks.isAttached(volumeId)) dataKey?.fill(0);
    else await ports.blocks.attach(volumeId, dataKey);
  });
}

/** The same, as an attempt: blocks that are lost, or under a disk that has failed, fail what needs them. */
export async function tryAttachBlocks(
  ports: Ports,
  volumeId: string,
  dataKey?: Uint8Array,
): Promise<Attempt<undefined>> {
  try {
    await attachBlocks(ports, volumeId, dataKey);
    return { value: undefined };
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    if (!OUT_OF_REACH.has(code)) throw error;
    return { failure: { operation: 'AttachVolume', code: 'VolumeLost', message, volumeId } };
  }
}

const OUT_OF_REACH: ReadonlySet<string> = new Set(['NotFound', 'Broken', 'Damaged']);

/** Closes the volume's door and has its data key wiped, unless by then somebody needs it. */
export function detachBlocks(
  ports: Ports,
  volumeId: string,
  isNeeded: () => Promise<boolean> = async () => false,
): Promise<void> {
  return inTurn(ports, volumeId, async () => {
    if ((await ports.blocks.isAttached(volumeId)) && !(await isNeeded())) await ports.blocks.detach(volumeId);
  });
}

export async function deleteBlocks(ports: Ports, volumeId: string): Promise<void> {
  await detachBlocks(ports, volumeId);
  await unlessMissing(ports.blocks.deleteVolume(volumeId));
}

export async function deleteSnapshotBlocks(ports: Ports, snapshotId: string): Promise<void> {
  await unlessMissing(ports.blocks.deleteSnapshot(snapshotId));
}

const BLOCK_BYTES = 524_288;
const PAGE = 10_000;

/** What the blocks of a snapshot that hold data come to; undefined for one that is gone. */
export async function fullSizeOf({ blocks }: Ports, snapshotId: string): Promise<number | undefined> {
  let count = 0;
  let last = -1;
  for (;;) {
    const page = await unlessMissing(blocks.listBlocks(snapshotId, last, PAGE));
    if (!page) return undefined;
    count += page.length;
    if (page.length < PAGE) return count * BLOCK_BYTES;
    last = page.at(-1)!;
  }
}

async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if ((error as { code?: string }).code !== 'NotFound') throw error;
    return undefined;
  }
}
