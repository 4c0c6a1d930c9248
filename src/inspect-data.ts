/**
 * What of a data directory is damaged or missing, found without changing a volume. No server may run on it meanwhile: the
 * store's lock says so.
 */
import { join } from 'node:path';
import { LineageDirectory } from './dataplane/volume/lineage-directory.ts';
import { describeHolder } from './platform/node/data-holder.ts';
import { nodeDisk } from './platform/node/node-disk.ts';
import { readOnly } from './platform/read-only-disk.ts';
import { imagesOnRecord } from './services/ec2/volume/lost-blocks.ts';
import { databaseDamage, StoreInUse } from './store/sqlite/database.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';

export interface DataReport {
  /** A sentence for each thing that is damaged or missing; empty where all is whole. */
  readonly problems: readonly string[];
  readonly volumes: number;
  readonly snapshots: number;
}

export async function inspectData(data: string): Promise<DataReport> {
  const disk = readOnly(nodeDisk());
  const file = join(data, 'latchkey.db');
  const names = disk.list(data);
  if (!names?.includes('latchkey.db'))
    throw new Error(`${data} is no data directory: there is no latchkey.db`);
  const problems: string[] = [];
  if (!names.includes('root.key')) {
    problems.push('root.key is missing: no key and no secret can be opened without it');
  }
  const found = lineagesIn(join(data, 'volumes'), problems);
  try {
    problems.push(...databaseDamage(file).map((what) => `latchkey.db: ${what}`));
    const onRecord = await imagesIn(file);
    for (const id of [...onRecord.volumes, ...onRecord.snapshots]) {
      if (!found.has(id)) problems.push(`${id}: its blocks are lost or cannot be read`);
    }
    return { problems, volumes: onRecord.volumes.length, snapshots: onRecord.snapshots.length };
  } catch (error) {
    if (error instanceof StoreInUse) throw new Error(`${error.message}: ${describeHolder(data)}`);
    problems.push(`latchkey.db cannot be read: ${(error as Error).message}`);
    return { problems, volumes: 0, snapshots: 0 };
  }
}

/** The names of the images that are whole. */
function lineagesIn(volumes: string, problems: string[]): Set<string> {
  const disk = readOnly(nodeDisk());
  const directory = new LineageDirectory(disk, volumes);
  const found = new Set<string>();
  for (const id of LineageDirectory.list(disk, volumes)) {
    try {
      const lineage = directory.open(id);
      for (const { name } of lineage?.images ?? []) found.add(name);
      lineage?.close();
    } catch (error) {
      problems.push(`volumes/${id}: ${(error as Error).message}`);
    }
  }
  return found;
}

async function imagesIn(file: string): Promise<{ volumes: string[]; snapshots: string[] }> {
  const store = openSqliteStore({ file });
  try {
    const { volumes, snapshots } = await store.read(imagesOnRecord);
    return { volumes: volumes.map(({ id }) => id), snapshots: snapshots.map(({ id }) => id) };
  } finally {
    await store.close();
  }
}
