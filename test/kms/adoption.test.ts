/** Keys of a real account: what is known of one by what was read. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Timelines } from '../../src/explain/history/timelines.ts';
import { basisOf } from '../../src/explain/recorded/basis.ts';
import type { WhoCan } from '../../src/explain/rights/who-can.ts';
import { Reads } from '../../src/import/snapshot/snapshot.ts';
import type { ImportedWorld } from '../../src/imported-world.ts';
import { isUnknown } from '../../src/invoke/condition-lookup.ts';
import { keyFacts } from '../../src/services/kms/index.ts';
import { policy, rootOf, statement } from '../worlds/account.ts';
import { accountReader, readInto } from '../worlds/read-account.ts';

const readAccountOf = accountReader();
const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const KeyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KeyId}`;

type Read = readonly [operation: string, output: object, input?: object];
const volume: Read = [
  'ec2:DescribeVolumes',
  { Volumes: [{ VolumeId: 'vol-0123456789abcdef0', Size: 8, Encrypted: true, KmsKeyId: KEY }] },
];
const snapshot: Read = [
  'ec2:DescribeSnapshots',
  { Snapshots: [{ SnapshotId: 'snap-0123456789abcdef0', Encrypted: true, KmsKeyId: KEY }] },
];
const listed = (...ids: readonly string[]): Read => [
  'kms:ListKeys',
  { Keys: ids.map((id) => ({ KeyId: id, KeyArn: KEY.replace(KeyId, id) })) },
];
const described: Read = [
  'kms:DescribeKey',
  { KeyMetadata: { KeyId, Arn: KEY, KeyState: 'Disabled', KeySpec: 'SYMMETRIC_DEFAULT' } },
  { KeyId },
];

const keyPolicy = policy(statement('kms:*', { Principal: { AWS: rootOf(ACCOUNT) } }));
const policyRead: Read = ['kms:GetKeyPolicy', { Policy: keyPolicy }, { KeyId, PolicyName: 'default' }];
const grantsRead: Read = ['kms:ListGrants', { Grants: [] }, { KeyId }];

/** An account of which these answers were read, and nothing else. */
function accountOf(answers: readonly Read[]): Promise<ImportedWorld> {
  const reads = new Reads();
  const read = readInto(reads, { account: ACCOUNT, region: REGION, at: '2025-03-02T00:00:00Z' });
  for (const [operation, output, input] of answers)
    read(operation, output as never, input as never, operation.startsWith('iam:') ? 'global' : REGION);
  return readAccountOf(reads);
}

/** What is said of the key in that account. */
const saidOf = async (answers: readonly Read[]): Promise<WhoCan> =>
  (await (await accountOf(answers)).questions['who-can']?.({ key: KEY })) as unknown as WhoCan;

describe('a key of a real account', () => {
  for (const [what, reads] of [
    ['listed', [listed(KeyId), described]],
    ['listed, and named by a volume', [listed(KeyId), described, volume]],
    ['described where nobody listed the keys', [described]],
    ['described where nobody listed the keys, and named by a volume', [described, volume]],
  ] as const) {
    test(`is what was read of it: ${what}`, async () => {
      const { state, unknown } = await saidOf(reads);
      assert.equal(state, 'Disabled');
      assert.ok(!unknown.some(({ why }) => /kms:DescribeKey/.test(why)));
    });
  }

  const unread = (...operations: string[]) =>
    operations.map((operation) => `nobody has read it (${operation})`);
  for (const [what, reads, why] of [
    ['a volume names', [volume], unread('kms:GetKeyPolicy', 'kms:ListGrants')],
    ['a snapshot names', [snapshot], unread('kms:GetKeyPolicy', 'kms:ListGrants')],
    ['has an answer to DescribeKey', [described], unread('kms:GetKeyPolicy', 'kms:ListGrants')],
    ['has an answer to GetKeyPolicy', [policyRead], unread('kms:ListGrants')],
    ['has an answer to ListGrants', [grantsRead], unread('kms:GetKeyPolicy')],
  ] as const) {
    test(`that only ${what} is there for all that is known, and no more is known of it`, async () => {
      const { unknown } = await saidOf(reads);
      assert.deepEqual(
        unknown.filter(({ name }) => name.includes(KEY)).map((missing) => missing.why),
        why,
      );
    });
  }

  for (const [reader, by] of [
    ['the reader', undefined],
    ['arn:aws:iam::111122223333:user/reader', 'arn:aws:iam::111122223333:user/reader'],
  ] as const) {
    test(`whose policy was refused is one of which that is unknown, and to whom: ${reader}`, async () => {
      const reads = new Reads();
      const about = { account: ACCOUNT, region: REGION, at: '2025-03-02T00:00:00Z' };
      const [operation, output, input] = described;
      readInto(reads, about)(operation, output as never, input as never);
      reads.add({
        ...about,
        from: 'a file',
        operation: 'kms:GetKeyPolicy',
        input: { KeyId, PolicyName: 'default' },
        refused: { code: 'AccessDeniedException', message: '' },
        ...(by && { by }),
      });
      const said = await (await readAccountOf(reads)).questions['who-can']?.({ key: KEY });
      const { unknown } = said as unknown as WhoCan;
      assert.ok(
        unknown.some(({ why }) => why === `kms:GetKeyPolicy was refused to ${reader}: AccessDeniedException`),
        JSON.stringify(unknown),
      );
    });
  }

  for (const KmsKeyId of [KEY.replace('key/', 'alias/'), 'alias/own', KeyId])
    test(`is not what a volume names by ${KmsKeyId}`, async () => {
      const volumes = {
        Volumes: [{ VolumeId: 'vol-0123456789abcdef0', Size: 8, Encrypted: true, KmsKeyId }],
      };
      await assert.rejects(
        saidOf([['ec2:DescribeVolumes', volumes]]),
        new RegExp(`Of ${KEY} nothing is known`),
      );
    });

  const aliasesRead: Read = [
    'kms:ListAliases',
    {
      Aliases: [
        { AliasName: 'alias/second', TargetKeyId: KeyId },
        { AliasName: 'alias/other', TargetKeyId: 'ffffffff-12ab-34cd-56ef-1234567890ab' },
        { AliasName: 'alias/own', TargetKeyId: KeyId },
      ],
    },
  ];
  const tagsRead: Read = ['kms:ListResourceTags', { Tags: [{ TagKey: 'a', TagValue: 'b' }] }, { KeyId }];
  const KIND = [
    ...[
      'kms:CustomerMasterKeySpec',
      'kms:CustomerMasterKeyUsage',
      'kms:KeyOrigin',
      'kms:KeySpec',
      'kms:KeyUsage',
    ],
    ...['kms:MultiRegion', 'kms:MultiRegionKeyType'],
  ];
  const unknownOf = {
    tags: [['aws:ResourceTag/*'], 'kms:ListResourceTags'],
    aliases: [['kms:ResourceAliases'], 'kms:ListAliases'],
    description: [KIND, 'kms:DescribeKey'],
  } as const;
  for (const [what, reads, lacking] of [
    ['it is named', [volume], ['tags', 'aliases', 'description']],
    ['its tags', [volume, tagsRead], ['aliases', 'description']],
    ['aliases', [volume, aliasesRead], ['tags', 'description']],
    ['it is described', [described], ['tags', 'aliases']],
    ['all of it', [described, tagsRead, aliasesRead], []],
  ] as const) {
    test(`gives the condition keys of which its value was read: ${what}`, async () => {
      const { store } = (await accountOf(reads)).runtime;
      const facts = await store.read((tx) => keyFacts({ tx, account: ACCOUNT, region: REGION }, KEY));
      const unknown = Object.entries(facts?.conditions ?? {}).filter(([, value]) => isUnknown(value));
      const expected = lacking.flatMap((member) => {
        const [names, operation] = unknownOf[member];
        const [why] = unread(operation);
        return names.map((name) => [name, { kind: 'condition key', name: `${member} of ${KEY}`, why }]);
      });
      assert.deepEqual(Object.fromEntries(unknown), Object.fromEntries(expected as [string, object][]));
      const known = Object.fromEntries(
        Object.entries(facts?.conditions ?? {}).filter(
          ([name, value]) => /Tag|Alias/.test(name) && !isUnknown(value),
        ),
      );
      assert.equal(facts?.unknownGrants?.name, `grants of ${KEY}`);
      const isRead = (member: string) => !(lacking as readonly string[]).includes(member);
      assert.deepEqual(known, {
        ...(isRead('tags') && { 'aws:ResourceTag/a': 'b' }),
        ...(isRead('aliases') && { 'kms:ResourceAliases': ['alias/own', 'alias/second'] }),
      });
    });
  }

  test('whose policy was asked for and is not in the answer is one of which that is unknown', async () => {
    const policy: Read = ['kms:GetKeyPolicy', {}, { KeyId, PolicyName: 'default' }];
    const { unknown } = await saidOf([listed(KeyId), described, policy]);
    const [missing] = unknown.filter(({ name }) => name === `key policy of ${KEY}`);
    assert.equal(missing?.why, 'the answer has no policy');
  });

  for (const [what, reads, noted] of [
    ['its policy', [policyRead], ['kms:GetKeyPolicy']],
    ['its grants, of which there are none', [grantsRead], ['kms:ListGrants']],
    ['both', [policyRead, grantsRead], ['kms:GetKeyPolicy', 'kms:ListGrants']],
    ['an answer without a policy', [['kms:GetKeyPolicy', {}, policyRead[2]]], []],
    ['neither', [], []],
  ] as const) {
    test(`rests on what was read of it that decides: ${what}`, async () => {
      const { store } = (await accountOf([listed(KeyId), described, ...(reads as readonly Read[])])).runtime;
      const call = { action: 'kms:Decrypt', arn: 'nobody', resource: KEY, at: '2025-03-01T00:00:00Z' };
      const lines = await store.read((tx) =>
        basisOf(tx, { call, checks: [] } as unknown as Parameters<typeof basisOf>[1], new Timelines([]), []),
      );
      const said = (operation: string) =>
        `${KEY}: ${operation} was read at 2025-03-02T00:00:00Z by arn:aws:iam::${ACCOUNT}:user/reader; the call was at ${call.at}.`;
      assert.deepEqual(lines, noted.map(said));
    });
  }

  for (const [what, reads, verdict] of [
    ['were read, and are none', [grantsRead], 'denied'],
    ['nobody has read', [], 'unknown'],
  ] as const) {
    test(`whose grants ${what}: whoever its policy does not let use it`, async () => {
      const ann = `arn:aws:iam::${ACCOUNT}:user/ann`;
      const Policy = policy(statement('kms:DescribeKey', { Principal: { AWS: ann } }));
      const ofAnn: Read = ['kms:GetKeyPolicy', { Policy }, { KeyId, PolicyName: 'default' }];
      const UserDetailList = [{ UserName: 'ann', Arn: ann, UserId: 'AIDA111122223333EXAMP', Path: '/' }];
      const lists = { UserDetailList, GroupDetailList: [], RoleDetailList: [], Policies: [] };
      const identities: Read = ['iam:GetAccountAuthorizationDetails', lists];
      const world = await accountOf([
        identities,
        listed(KeyId),
        described,
        ofAnn,
        ...(reads as readonly Read[]),
      ]);
      const question = { principal: ann, action: 'kms:Decrypt', resource: KEY };
      const answer = await world.questions.can?.(question);
      assert.equal((answer as unknown as { verdict: string }).verdict, verdict);
    });
  }

  for (const [what, reads] of [
    ['that nothing names', [listed()]],
    ['that a volume names', [listed(), volume]],
  ] as const) {
    test(`is gone where the keys were listed without it: one ${what}`, async () => {
      await assert.rejects(saidOf(reads), { message: `NotFoundException: Key '${KEY}' does not exist` });
    });
  }
});
