/** The block host of a world that nothing is attached in: there are no bytes of volumes in a snapshot of an account. */
import type { BlockHost } from './invoke/ports/hosts.ts';

const refuse = async (): Promise<never> => {
  throw new Error('the blocks of a real volume are not in a snapshot of its account');
};

export const noBlocks: BlockHost = {
  createVolume: refuse,
  resizeVolume: refuse,
  deleteVolume: refuse,
  attach: refuse,
  detach: async () => undefined,
  missing: () => [],
  attachments: async () => [],
  createSnapshot: refuse,
  startSnapshot: refuse,
  copySnapshot: refuse,
  deleteSnapshot: refuse,
  listBlocks: refuse,
  changedBlocks: refuse,
  readBlock: refuse,
  writeBlock: refuse,
  close: async () => undefined,
};
