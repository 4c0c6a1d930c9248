import { writeSync } from 'node:fs';
import { createBlockHost } from '../../src/dataplane/create-block-host.ts';
import { systemEntropy } from '../../src/platform/node/index.ts';

/** A block host to be killed: attaches the volume (made if it is new), and says where on its standard output. */
const [directory, socketDirectory, sizeBytes, keyHex] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
];
const host = await createBlockHost({ directory, socketDirectory, entropy: systemEntropy() });
const volume = { volumeId: 'vol-1', sizeBytes: Number(sizeBytes), encrypted: true };
await host.createVolume(volume).catch((error: { code?: string }) => {
  if (error.code !== 'Exists') throw error;
});
const { nbdUri } = await host.attach('vol-1', Buffer.from(keyHex, 'hex'));
writeSync(1, `${nbdUri}\n`);
process.on('message', async ({ createSnapshot, deleteSnapshot }: Record<string, string | undefined>) => {
  if (createSnapshot !== undefined)
    await host.createSnapshot({ snapshotId: createSnapshot, volumeId: 'vol-1' });
  if (deleteSnapshot !== undefined) await host.deleteSnapshot(deleteSnapshot);
  process.send?.('done');
});
