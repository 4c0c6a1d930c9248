/** Hosts on which nothing happens: a rehearsal's volumes have no blocks, and its instances do not run. */
import type { BlockHost, InstanceHost } from '../invoke/ports/hosts.ts';

/** Answers as if all went well. Data keys are taken over, as by the real host. */
export const idleBlocks: BlockHost = {
  async createVolume() {},
  async resizeVolume() {},
  async deleteVolume() {},
  async attach(volumeId, dataKey) {
    dataKey?.fill(0);
    return { nbdUri: `nbd+unix:///${volumeId}` };
  },
  async detach() {},
  isAttached: async () => false,
  attachments: async () => [],
  images: () => [],
  createSnapshot: async () => undefined,
  async startSnapshot() {},
  async copySnapshot({ sourceKey, targetKey }) {
    sourceKey?.fill(0);
    targetKey?.fill(0);
  },
  async deleteSnapshot() {},
  listBlocks: async () => [],
  changedBlocks: async () => [],
  async readBlock(_snapshotId, _index, dataKey) {
    dataKey?.fill(0);
    return new Uint8Array();
  },
  async writeBlock(_snapshotId, _index, _data, dataKey) {
    dataKey?.fill(0);
  },
  async close() {},
};

export const idleInstances: InstanceHost = {
  async boot() {},
  async reboot() {},
  async stop() {},
  async terminate() {},
  async fail() {},
  health: () => 'ok',
};
