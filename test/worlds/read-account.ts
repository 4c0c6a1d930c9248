/** Accounts of which each answer is made up, as an import would have read it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { History } from '../../src/import/cloudtrail/history.ts';
import type { Read, Reads } from '../../src/import/snapshot/snapshot.ts';
import { saveSnapshot } from '../../src/import/snapshot/store.ts';
import { type ImportedWorld, openImportedWorld } from '../../src/imported-world.ts';

/** Imported worlds of a file of tests. */
export interface ImportedWorlds {
  /** That their snapshots are under. */
  readonly folder: string;
  open(name: string, into: { readonly reads: Reads; readonly history: History }): Promise<ImportedWorld>;
}

/**
 * They are open until the file's tests are over. To be called while the file is read: within `before`, the runner takes `after` for
 * one of that hook, and closes them as soon as it is done.
 */
export function importedWorlds(): ImportedWorlds {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-read-'));
  const worlds: ImportedWorld[] = [];
  after(async () => {
    for (const world of worlds) await world.close();
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    async open(name, into) {
      saveSnapshot(join(folder, name), into);
      const world = await openImportedWorld(join(folder, name));
      worlds.push(world);
      return world;
    },
  };
}

/** The same, by what was read of each. */
export function accountReader(): (reads: Reads, history?: History) => Promise<ImportedWorld> {
  const { open } = importedWorlds();
  let count = 0;
  return (reads, history = new History()) => open(`${count++}`, { reads, history });
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
