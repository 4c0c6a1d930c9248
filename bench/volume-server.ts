/** Encrypted volumes served over NBD, in a process of their own: `node bench/volume-server.ts DIRECTORY COUNT MIB`. */
import { randomBytes } from 'node:crypto';
import { createBlockHost } from '../src/dataplane/create-block-host.ts';
import { systemEntropy } from '../src/platform/node/index.ts';

const [directory, count, mib] = process.argv.slice(2);
const host = await createBlockHost({ directory, entropy: systemEntropy() });
const uris: string[] = [];
for (let index = 0; index < Number(count); index++) {
  const volumeId = `vol-${index}`;
  await host.createVolume({ volumeId, sizeBytes: Number(mib) * 1024 * 1024, encrypted: true });
  uris.push((await host.attach(volumeId, randomBytes(64))).nbdUri);
}
process.stdout.write(`${uris.join(' ')}\n`);
const end = () => void host.close().then(() => process.exit(0));
process.once('SIGTERM', end);
// Whoever started it has gone.
process.stdin.once('end', end).resume();
