/**
 * What calls cost as an account fills: processor time a call, with a data directory, at growing numbers of keys, grants,
 * instances and events. A call that reads one thing or one page may not cost more where there is more.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLatchkey } from '../src/assemble.ts';
import { auditLog } from '../src/invoke/audit/audit.ts';
import type { Latchkey } from '../src/latchkey.ts';
import { instances } from '../src/services/ec2/instance/instance.ts';
import { aliases } from '../src/services/kms/alias/alias.ts';
import { grantCounts, grants } from '../src/services/kms/grant/grant.ts';
import { keys } from '../src/services/kms/key/key.ts';
import type { Transaction } from '../src/store/store.ts';
import { ACCOUNT, callerOf, operationOf, REGION } from './front-door.ts';

/** Of processor time. */
const MEASURE_MS = 80;
const WARM_UP_MS = 250;
const RUNS = 3;
const MAX_WALL_MS = 2000;
/** Rows written in one transaction. */
const BATCH = 5000;
const GROWS = 2;

type Call = () => Promise<unknown>;

interface Dimension {
  readonly of: string;
  readonly sizes: readonly number[];
  /** Returns how more of it are made, each by its number, and the calls to measure. */
  readonly begin: (latchkey: Latchkey) => Promise<{
    readonly add: (tx: Transaction, index: number) => void;
    readonly calls: Readonly<Record<string, Call>>;
  }>;
}

const numbered = (index: number) => `${String(index).padStart(8, '0')}-0000-4000-8000-000000000000`;

const KEYS: Dimension = {
  of: 'keys, each with an alias',
  sizes: [100, 10_000, 100_000],
  async begin(latchkey) {
    const kms = operationOf(latchkey, 'kms');
    const { KeyMetadata } = await kms('CreateKey')({});
    const KeyId = KeyMetadata?.KeyId as string;
    await kms('CreateAlias')({ AliasName: 'alias/bench', TargetKeyId: KeyId });
    const [key] = await latchkey.runtime.store.read((tx) => tx.list(keys, { limit: 1 }));
    const [alias] = await latchkey.runtime.store.read((tx) => tx.list(aliases, { limit: 1 }));
    return {
      add(tx, index) {
        tx.put(keys, { ...key!, keyId: numbered(index) });
        tx.put(aliases, { ...alias!, name: `alias/bench-${index}`, targetKeyId: numbered(index) });
      },
      calls: {
        'Encrypt by key id': () => kms('Encrypt')({ KeyId, Plaintext: Buffer.from('x') }),
        'Encrypt by alias': () => kms('Encrypt')({ KeyId: 'alias/bench', Plaintext: Buffer.from('x') }),
        DescribeKey: () => kms('DescribeKey')({ KeyId }),
        'ListKeys, a page of 100': () => kms('ListKeys')({ Limit: 100 }),
        'ListAliases, a page of 50': () => kms('ListAliases')({ Limit: 50 }),
        'ListAliases of one key': () => kms('ListAliases')({ KeyId }),
        CreateKey: () => kms('CreateKey')({}),
      },
    };
  },
};

const GRANTS: Dimension = {
  of: 'grants of one key',
  sizes: [100, 5_000, 49_000],
  async begin(latchkey) {
    const kms = operationOf(latchkey, 'kms');
    const { KeyMetadata } = await kms('CreateKey')({});
    const KeyId = KeyMetadata?.KeyId as string;
    const id = 'AIDABENCH';
    const principal = {
      kind: 'user',
      account: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:user/bench`,
      id,
    } as const;
    const caller = callerOf({ principal, account: ACCOUNT, accessKeyId: 'AKIABENCH', userName: 'bench' });
    const byGrant = operationOf(latchkey, 'kms', caller);
    let count = 0;
    const grantee = `arn:aws:iam::${ACCOUNT}:root`;
    return {
      add(tx, index) {
        const key = { account: ACCOUNT, region: REGION, keyId: KeyId };
        tx.put(grants, {
          ...key,
          grantId: String(index).padStart(64, '0'),
          grantee: id,
          issuingAccount: ACCOUNT,
          operations: ['Encrypt'],
          encryptionContextSubset: { volume: `v${index}` },
          createdAtMs: 0,
          effectiveAtMs: 0,
        });
        count = index + 1;
        tx.put(grantCounts, { ...key, count });
      },
      calls: {
        'Encrypt by one of the grants': () => {
          const EncryptionContext = { volume: `v${Math.floor(count / 2)}` };
          return byGrant('Encrypt')({ KeyId, Plaintext: Buffer.from('x'), EncryptionContext });
        },
        'ListGrants, a page of 50': () => kms('ListGrants')({ KeyId, Limit: 50 }),
        'CreateGrant and RevokeGrant': async () => {
          const { GrantId } = await kms('CreateGrant')({
            KeyId,
            GranteePrincipal: grantee,
            Operations: ['Decrypt'],
          });
          await kms('RevokeGrant')({ KeyId, GrantId: GrantId as string });
        },
        ListRetirableGrants: () => kms('ListRetirableGrants')({ RetiringPrincipal: grantee, Limit: 50 }),
      },
    };
  },
};

const INSTANCES: Dimension = {
  of: 'stopped instances',
  sizes: [100, 1_000, 10_000],
  async begin(latchkey) {
    const ec2 = operationOf(latchkey, 'ec2');
    const { Images } = await ec2('DescribeImages')({ Owners: ['amazon'] });
    const run = async () => {
      const made = await ec2('RunInstances')({ ImageId: Images?.[0]?.ImageId, MinCount: 1, MaxCount: 1 });
      await latchkey.runtime.workflows.settled();
      return made.Instances?.[0]?.InstanceId as string;
    };
    const one = await run();
    await ec2('CreateTags')({ Resources: [one], Tags: [{ Key: 'Name', Value: 'one' }] });
    const [template] = await latchkey.runtime.store.read((tx) => tx.list(instances, { limit: 1 }));
    return {
      add(tx, index) {
        const id = `i-${index.toString(16).padStart(17, '0')}`;
        tx.put(instances, {
          ...template!,
          id,
          state: 'stopped',
          tags: [{ Key: 'Name', Value: `n${index}` }],
        });
      },
      calls: {
        'DescribeInstances of one id': () => ec2('DescribeInstances')({ InstanceIds: [one] }),
        'DescribeInstances, a page of 100': () => ec2('DescribeInstances')({ MaxResults: 100 }),
        'DescribeInstances by a tag': () =>
          ec2('DescribeInstances')({ Filters: [{ Name: 'tag:Name', Values: ['one'] }] }),
        'DescribeInstanceStatus, a page of 100': () =>
          ec2('DescribeInstanceStatus')({ MaxResults: 100, IncludeAllInstances: true }),
        'DescribeVolumes, a page of 100': () => ec2('DescribeVolumes')({ MaxResults: 100 }),
        'CreateTags of one': () => ec2('CreateTags')({ Resources: [one], Tags: [{ Key: 'a', Value: 'b' }] }),
        'RunInstances and TerminateInstances': async () =>
          ec2('TerminateInstances')({ InstanceIds: [await run()] }),
      },
    };
  },
};

const EVENTS: Dimension = {
  of: 'events in the history',
  sizes: [1_000, 100_000, 1_000_000],
  async begin(latchkey) {
    const kms = operationOf(latchkey, 'kms');
    const trail = operationOf(latchkey, 'cloudtrail');
    const { KeyMetadata } = await kms('CreateKey')({ Description: 'one' });
    const KeyId = KeyMetadata?.KeyId as string;
    const describe = () => kms('DescribeKey')({ KeyId });
    await describe();
    const stream = `${ACCOUNT}/${REGION}`;
    const [template] = await latchkey.runtime.store.read((tx) => tx.scan(auditLog, { stream, limit: 1 }));
    const { sequence: _, ...entry } = template!;
    const look = (AttributeKey: 'EventName' | 'ResourceName', AttributeValue: string) => () =>
      trail('LookupEvents')({ LookupAttributes: [{ AttributeKey, AttributeValue }] });
    return {
      add(tx, index) {
        const labels = { ...entry.labels, EventId: numbered(index) };
        const event = { ...entry.body.event, eventID: numbered(index) };
        tx.append(auditLog, { ...entry, atMs: entry.atMs + index, labels, body: { ...entry.body, event } });
      },
      calls: {
        'DescribeKey (recorded)': describe,
        'LookupEvents, the latest 50': () => trail('LookupEvents')({}),
        'LookupEvents by EventName, rare': look('EventName', 'CreateKey'),
        'LookupEvents by EventName, in all': look('EventName', 'DescribeKey'),
        'LookupEvents by ResourceName': look('ResourceName', KeyMetadata?.Arn as string),
      },
    };
  },
};

/** Microseconds of processor time: what else the machine does counts less than on the wall. */
async function cpuOf(call: Call, measureMs: number): Promise<number> {
  const before = process.cpuUsage();
  const untilMs = performance.now() + MAX_WALL_MS;
  for (let calls = 1; ; calls++) {
    await call();
    const { user, system } = process.cpuUsage(before);
    if (user + system > 1000 * measureMs || performance.now() > untilMs) return (user + system) / calls;
  }
}

const AT_REST_MS = 500;
const AT_REST = 0.2;

/** What was added is packed beside the calls, which no call is to pay for. */
async function rested(): Promise<void> {
  // By how long the event loop has waited: a process that gets no processor has spent no time either.
  let utilization = 1;
  while (utilization > AT_REST) {
    const before = performance.eventLoopUtilization();
    await sleep(AT_REST_MS);
    utilization = performance.eventLoopUtilization(before).utilization;
  }
}

/** The least of some runs. */
async function leastCpu(call: Call): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < RUNS; run++) least = Math.min(least, await cpuOf(call, MEASURE_MS));
  return least;
}

async function measure({ of, sizes, begin }: Dimension, latchkey: Latchkey): Promise<void> {
  const { add, calls } = await begin(latchkey);
  const figures = new Map(Object.keys(calls).map((name) => [name, [] as number[]]));
  let made = 0;
  for (const size of sizes) {
    while (made < size) {
      const end = Math.min(made + BATCH, size);
      await latchkey.runtime.store.transact(async (tx) => {
        for (; made < end; made++) add(tx, made);
      });
    }
    await rested();
    for (const [name, call] of Object.entries(calls)) {
      if (size === sizes[0]) await cpuOf(call, WARM_UP_MS);
      figures.get(name)?.push(await leastCpu(call));
    }
  }
  const row = (name: string, cells: readonly string[]) =>
    console.log(name.padEnd(38) + cells.map((cell) => cell.padStart(12)).join(''));
  row(`cpu us a call at … ${of}`, [...sizes.map((size) => size.toLocaleString('en')), '']);
  for (const [name, costs] of figures) {
    const times = costs.at(-1)! / costs[0]!;
    row(name, [
      ...costs.map((cost) => cost.toFixed(0)),
      `x${times.toFixed(1)}${times > GROWS ? ' GROWS' : ''}`,
    ]);
  }
  console.log();
}

export async function growthBench(): Promise<void> {
  for (const dimension of [KEYS, GRANTS, INSTANCES, EVENTS]) {
    const data = mkdtempSync(join(tmpdir(), 'latchkey-growth-'));
    const latchkey = await startLatchkey({ data, delays: 0 });
    try {
      await measure(dimension, latchkey);
    } finally {
      await latchkey.close();
      rmSync(data, { recursive: true, force: true });
    }
  }
}
