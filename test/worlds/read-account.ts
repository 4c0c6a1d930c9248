/** Accounts of which each answer is made up, as an import would have read it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { History } from '../../src/import/cloudtrail/history.ts';
import type { Read, Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { type ImportedWorld, openImportedWorld } from '../../src/imported-world.ts';

/** Open until the test that asks for it is over; of who asks outside of tests, until the file's last is. */
export async function readAccountOf(reads: Reads, history = new History()): Promise<ImportedWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-read-'));
  saveSnapshot(folder, { reads, history });
  const world = await openImportedWorld(folder);
  after(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });
  return world;
}

/** How DescribeVpcEndpoints shows an endpoint for KMS. */
export const kmsEndpoint = (VpcEndpointId: string, OwnerId: string, PolicyDocument: string) => ({
  ...{ VpcEndpointId, VpcEndpointType: 'Interface', VpcId: 'vpc-0123456789abcdef0', State: 'available' },
  ...{ OwnerId, ServiceName: 'com.amazonaws.us-east-1.kms', PolicyDocument },
});

/** Puts into `reads` what a reader was answered about an account, in `region` where no other is named. */
export const readInto =
  (reads: Reads, place: Pick<Read, 'account' | 'region' | 'at'>) =>
  (operation: string, output: Read['output'], input: Read['input'] = {}, region = place.region) =>
    reads.add({
      ...place,
      ...{ operation, region, input, output },
      ...{ by: `arn:aws:iam::${place.account}:user/reader`, from: 'aws' as const },
    });
