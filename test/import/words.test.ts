/**
 * What the import commands print and ask, whole: the plan, the script and the queries, which call each saved output is taken for,
 * what a store of another tool says, and every call on AWS in the order in which it is made. Nothing here needs a server.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AwsCall } from '../../src/import/aws/aws-calls.ts';
import { importAws } from '../../src/import/aws/import-aws.ts';
import { athenaSql } from '../../src/import/cloudtrail/athena-sql.ts';
import { IamCollectStore } from '../../src/import/files/iam-collect.ts';
import { recognise, type SavedOutput } from '../../src/import/files/recognise.ts';
import { importScript, leastPolicy, planText } from '../../src/import/plan.ts';
import { READS } from '../../src/import/reads.ts';
import type { Read } from '../../src/import/snapshot/snapshot.ts';
import { wordsOf } from '../worlds/words.ts';

const ACCOUNT = '111122223333';
const REGION = 'us-west-2';
const OTHER = '444455556666';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const AT = '2026-11-01T00:00:00Z';
const arn = (service: string, resource: string, account = ACCOUNT) =>
  `arn:aws:${service}:${/^(?:iam|organizations|sts)$/.test(service) ? '' : REGION}:${account}:${resource}`;
const KEY = arn('kms', `key/${KEY_ID}`);

/** A file of what is printed of each case. */
const words = wordsOf(import.meta.url);

/** What `work` gives, or the sentence that it ends with. */
const attempted = (work: () => unknown): string => {
  try {
    return JSON.stringify(work());
  } catch (error) {
    return `${(error as Error).constructor.name}: ${(error as Error).message}`;
  }
};

test('what is asked for, before it is asked: the plan, the least policy, the script, the queries', () => {
  const { says, compare } = words('plan');
  says('plan', planText());
  says('plan --policy', leastPolicy());
  says('plan --script', importScript());
  says('athena-sql', athenaSql({}));
  says('athena-sql of a table and a week', athenaSql({ table: 'audit."logs"', days: 7 }));
  says(
    'athena-sql of an event data store',
    athenaSql({ table: 'a1b2c3d4-5678-90ab-cdef-0123456789ab', days: 90 }),
  );
  says(
    'athena-sql of what only looks like one',
    athenaSql({ table: 'x1b2c3d4-5678-90ab-cdef-0123456789ab' }),
  );
  compare();
});

const PLACED = `${ACCOUNT}/${REGION}`;
const SAVED: readonly (readonly [name: string, output: unknown])[] = [
  ['who.json', { UserId: 'AIDA1', Account: ACCOUNT, Arn: arn('iam', 'user/ann') }],
  [`${ACCOUNT}/regions.json`, { Regions: [{ OptInStatus: 'opt-in-not-required', RegionName: REGION }] }],
  [`${ACCOUNT}/no-regions.json`, { Regions: [{ RegionName: REGION }] }],
  ['roles.json', { RoleDetailList: [{ Arn: arn('iam', 'role/app') }] }],
  ['users.json', { UserDetailList: [{ Arn: arn('iam', 'user/ann') }] }],
  [
    `${encodeURIComponent(arn('iam', 'oidc-provider/idp.example'))}.json`,
    { Url: 'idp.example', ClientIDList: [] },
  ],
  [
    `${ACCOUNT}/${encodeURIComponent(arn('iam', 'oidc-provider/idp.example'))}.json`,
    { Url: 'idp.example', ClientIDList: [] },
  ],
  [`${ACCOUNT}/provider.json`, { Url: 'idp.example', ClientIDList: [] }],
  ['organization.json', { Organization: { Arn: arn('organizations', 'organization/o-1') } }],
  ['roots.json', { Roots: [{ Arn: arn('organizations', 'root/o-1/r-ab12') }] }],
  ['under r-ab12.json', { OrganizationalUnits: [{ Arn: arn('organizations', 'ou/o-1/ou-ab12-1') }] }],
  ['under.json', { OrganizationalUnits: [{ Arn: arn('organizations', 'ou/o-1/ou-ab12-1') }] }],
  [
    'in ou-ab12-1.json',
    { Accounts: [{ JoinedMethod: 'CREATED', Arn: arn('organizations', 'account/o-1/2') }] },
  ],
  [
    'scp.json',
    {
      Policy: {
        PolicySummary: { Id: 'p-1234', Arn: arn('organizations', 'policy/o-1/scp/p-1234') },
        Content: '{}',
      },
    },
  ],
  [`${ACCOUNT}/targets of p-1234.json`, { Targets: [{ TargetId: 'r-ab12', Arn: '' }] }],
  [`${PLACED}/targets of orders.json`, { Targets: [{ Id: '1', Arn: arn('sqs', 'orders') }] }],
  [`${PLACED}/orders.json`, { Targets: [{ Id: '1', Arn: arn('sqs', 'orders') }] }],
  [`${ACCOUNT}/p-1234.json`, { Targets: [] }],
  ['policies.json', { Policies: [{ AwsManaged: false, Arn: arn('organizations', 'policy/o-1/scp/p-1') }] }],
  ['managed.json', { Policies: [{ PolicyVersionList: [], Arn: arn('iam', 'policy/app') }] }],
  ['keys.json', { Keys: [{ KeyId: KEY_ID, KeyArn: KEY }] }],
  ['aliases.json', { Aliases: [{ AliasName: 'alias/app', AliasArn: arn('kms', 'alias/app') }] }],
  ['key.json', { KeyMetadata: { KeyId: KEY_ID, Arn: KEY } }],
  ['no-key.json', { KeyMetadata: { Arn: KEY } }],
  [`${PLACED}/${KEY_ID}.json`, { Policy: '{}', PolicyName: 'default' }],
  [`${PLACED}/mrk-${'0a'.repeat(16)}.json`, { Policy: '{}' }],
  ['policy.json', { Policy: { PolicyId: 'ANPA1', Arn: arn('iam', 'policy/app') } }],
  ['grants.json', { Grants: [{ KeyId: KEY, GrantId: 'g' }] }],
  [`${PLACED}/grants of ${KEY_ID}.json`, { Grants: [] }],
  [`${PLACED}/grants.json`, { Grants: [] }],
  [`${PLACED}/tags of ${KEY_ID}.json`, { Tags: [] }],
  [`${PLACED}/rotation.json`, { KeyRotationEnabled: true, KeyId: KEY }],
  [`${PLACED}/rotation of ${KEY_ID}.json`, { KeyRotationEnabled: true }],
  [
    'snapshots.json',
    { Snapshots: [{ SnapshotId: 'snap-1', OwnerId: ACCOUNT, AvailabilityZone: `${REGION}a` }] },
  ],
  [`${PLACED}/shared.json`, { CreateVolumePermissions: [], SnapshotId: 'snap-1' }],
  [`${PLACED}/unnamed.json`, { CreateVolumePermissions: [] }],
  [`${PLACED}/images.json`, { Images: [] }],
  [`${PLACED}/launched.json`, { LaunchPermissions: [], ImageId: 'ami-1' }],
  [`${PLACED}/versions.json`, { LaunchTemplateVersions: [{ LaunchTemplateId: 'lt-1' }] }],
  [`${PLACED}/no-versions.json`, { LaunchTemplateVersions: [] }],
  [`${PLACED}/ebs.json`, { EbsEncryptionByDefault: true }],
  ['default.json', { KmsKeyId: KEY }],
  [`${PLACED}/events.json`, { StackEvents: [{ StackId: arn('cloudformation', 'stack/app/1') }] }],
  [`${PLACED}/rules.json`, { Rules: [{ Name: 'r', EventBusName: 'default' }] }],
  ['selectors.json', { TrailARN: arn('cloudtrail', 'trail/all') }],
  [`${PLACED}/support.json`, { EnableDnsSupport: { Value: true }, VpcId: 'vpc-1' }],
  [`${PLACED}/hostnames.json`, { EnableDnsHostnames: { Value: true }, VpcId: 'vpc-1' }],
  [`${PLACED}/hooks.json`, { LifecycleHooks: [{ AutoScalingGroupName: 'web' }] }],
  [`${PLACED}/web.json`, { Instances: [{ LifecycleState: 'Warmed:Stopped' }] }],
  [`${ACCOUNT}/passwords.json`, { PasswordPolicy: {} }],
  [
    'profile.json',
    { InstanceProfile: { InstanceProfileName: 'web', Arn: arn('iam', 'instance-profile/web') } },
  ],
  // Where it is of.
  [
    'sooner.json',
    { Keys: [{ KeyArn: KEY }, { KeyArn: KEY.replace(ACCOUNT, OTHER).replace(REGION, 'eu-west-1') }] },
  ],
  [`${OTHER}/eu-central-1/wins.json`, { Keys: [{ KeyArn: KEY }] }],
  ['eu-central-1/wins-in-part.json', { Keys: [{ KeyArn: KEY }] }],
  ['global.json', { KmsKeyId: arn('iam', 'user/ann') }],
  ['owner.json', { KmsKeyId: 'alias/app', OwnerId: ACCOUNT, AvailabilityZone: `${REGION}-lax-1a` }],
  ['aws-account.json', { KmsKeyId: 'alias/app', AWSAccountId: ACCOUNT, AvailabilityZone: 7 }],
  ['no-account.json', { KmsKeyId: 'alias/app', OwnerId: 'amazon', AvailabilityZone: REGION }],
  ['gov.json', { KmsKeyId: `arn:aws-us-gov:kms:us-gov-west-1:${ACCOUNT}:key/1` }],
  ['zones/us-gov-east-1/gov.json', { KmsKeyId: 'alias/app' }],
  [`a%/${PLACED}/undecodable%.json`, { KmsKeyId: 'alias/app' }],
  // What is none.
  ['a.json', { reads: [], operation: 'kms:ListKeys' }],
  ['b.json', { reads: [] }],
  ['c.json', { operation: 'x' }],
  ['d.json', { ...Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, 1])) }],
  ['e.json', { ['x'.repeat(300)]: 1 }],
  ['f.json', {}],
  ['g.json', []],
  ['h.json', null],
  ['i.json', 'Keys'],
];

test('a saved output is taken for the answer of one call, about one thing, of one place', () => {
  const { says, compare } = words('saved');
  const show = (title: string, saved: Omit<SavedOutput, 'at'>) =>
    says(
      title,
      attempted(() => {
        const { operation, account, region, input, at, from, output } = recognise({ ...saved, at: AT });
        return [operation, account, region, input, at, from, Object.keys(output ?? {})];
      }),
    );
  for (const [name, parsed] of SAVED) show(name, { name, parsed });
  const ofListing = READS.filter(({ lists, each, input }) => lists && !each && !input);
  for (const { operation, lists: [list = ''] = [] } of ofListing)
    show(`the list of ${operation}`, { name: `${PLACED}/x.json`, parsed: { [list]: [{ Arn: KEY }] } });
  const parsed = { Keys: [{ KeyArn: KEY }] };
  show('of an account that was said', { name: 'x.json', parsed, place: { account: OTHER } });
  show('of a Region that was said', { name: 'x.json', parsed, place: { region: 'eu-west-1' } });
  show('global, in a Region that was said', {
    name: 'x.json',
    parsed: { PasswordPolicy: {} },
    place: { account: OTHER, region: 'eu-west-1' },
  });
  compare();
});

const DOCUMENT = { Version: '2012-10-17', Statement: [] };
const STORE_ACCOUNT = `aws/aws/accounts/${ACCOUNT}`;
const STORE_ORGANIZATION = 'aws/aws/organizations/o-1';
const metadata = (service: string, resource: string, more: object = {}) => ({
  arn: arn(service, resource),
  name: resource.split('/').at(-1),
  id: 'ID1',
  path: '/team/',
  ...more,
});

/** Each kind of file that a store of iam-collect has. */
const STORE: Readonly<Record<string, unknown>> = {
  [`${STORE_ACCOUNT}/iam/user/ann/metadata.json`]: metadata('iam', 'user/ann', {
    created: AT,
    permissionBoundary: arn('iam', 'policy/bound'),
  }),
  [`${STORE_ACCOUNT}/iam/user/ann/groups.json`]: [arn('iam', 'group/team/devs'), arn('iam', 'group/ops')],
  [`${STORE_ACCOUNT}/iam/user/ann/inline-policies.json`]: [{ PolicyName: 'own', PolicyDocument: DOCUMENT }],
  [`${STORE_ACCOUNT}/iam/user/ann/tags.json`]: { team: 'blue', stage: 'prod' },
  [`${STORE_ACCOUNT}/iam/user/ann/managed-policies.json`]: [arn('iam', 'policy/team/app')],
  [`${STORE_ACCOUNT}/iam/user/bob/metadata.json`]: { arn: arn('iam', 'user/bob'), name: 'bob', id: 'ID2' },
  [`${STORE_ACCOUNT}/iam/group/devs/metadata.json`]: metadata('iam', 'group/devs'),
  [`${STORE_ACCOUNT}/iam/group/devs/inline-policies.json`]: [{ PolicyName: 'all', PolicyDocument: DOCUMENT }],
  [`${STORE_ACCOUNT}/iam/role/app/metadata.json`]: metadata('iam', 'role/app'),
  [`${STORE_ACCOUNT}/iam/role/app/trust-policy.json`]: DOCUMENT,
  [`${STORE_ACCOUNT}/iam/role/app/instance-profiles.json`]: [arn('iam', 'instance-profile/team/web')],
  [`${STORE_ACCOUNT}/iam/role/app/inline-policies.json`]: [{ PolicyName: 'own', PolicyDocument: DOCUMENT }],
  [`${STORE_ACCOUNT}/iam/policy/app/metadata.json`]: metadata('iam', 'policy/app', {
    defaultVersionId: 'v3',
  }),
  [`${STORE_ACCOUNT}/iam/policy/app/current-policy.json`]: DOCUMENT,
  [`${STORE_ACCOUNT}/iam/aws/policy/read/metadata.json`]: {
    arn: 'arn:aws:iam::aws:policy/read',
    name: 'read',
  },
  [`${STORE_ACCOUNT}/iam/aws/policy/read/policy.json`]: DOCUMENT,
  [`${STORE_ACCOUNT}/kms/${REGION}/key/${KEY_ID}/metadata.json`]: { arn: KEY },
  [`${STORE_ACCOUNT}/kms/${REGION}/key/${KEY_ID}/policy.json`]: DOCUMENT,
  [`${STORE_ACCOUNT}/kms/${REGION}/key/${KEY_ID}/tags.json`]: { team: 'blue' },
  [`${STORE_ACCOUNT}/kms/${REGION}/key/second/metadata.json`]: { arn: arn('kms', 'key/second') },
  [`${STORE_ACCOUNT}/kms/eu-west-1/key/third/metadata.json`]: {
    arn: arn('kms', 'key/third').replace(REGION, 'eu-west-1'),
  },
  [`${STORE_ACCOUNT}/s3/bucket/b/metadata.json`]: { arn: 'arn:aws:s3:::b' },
  [`${STORE_ORGANIZATION}/metadata.json`]: {
    arn: arn('organizations', 'organization/o-1'),
    rootOu: 'r-ab12',
    rootAccountId: ACCOUNT,
    features: { SERVICE_CONTROL_POLICY: true, RESOURCE_CONTROL_POLICY: true },
  },
  [`${STORE_ORGANIZATION}/structure.json`]: {
    'r-ab12': {
      accounts: [arn('organizations', `account/o-1/${ACCOUNT}`)],
      children: {
        'ou-1': { accounts: [arn('organizations', `account/o-1/${OTHER}`)], children: { 'ou-2': {} } },
      },
    },
  },
  [`${STORE_ORGANIZATION}/ous/ou-1/metadata.json`]: metadata('organizations', 'ou/o-1/ou-1', {
    name: 'Prod',
  }),
  [`${STORE_ORGANIZATION}/ous.json`]: {
    'r-ab12': {
      scps: [arn('organizations', 'policy/o-1/scp/p-1')],
      rcps: [arn('organizations', 'policy/o-1/rcp/p-2')],
    },
    'ou-1': { scps: [arn('organizations', 'policy/o-1/scp/p-1')] },
  },
  [`${STORE_ORGANIZATION}/accounts.json`]: {
    [OTHER]: { rcps: [arn('organizations', 'policy/o-1/rcp/p-2')] },
  },
  [`${STORE_ORGANIZATION}/scps/p-1/metadata.json`]: metadata('organizations', 'policy/o-1/scp/p-1', {
    description: 'no roots',
    awsManaged: false,
  }),
  [`${STORE_ORGANIZATION}/scps/p-1/policy.json`]: DOCUMENT,
  [`${STORE_ORGANIZATION}/rcps/p-2/metadata.json`]: metadata('organizations', 'policy/o-1/rcp/p-2'),
  [`${STORE_ORGANIZATION}/scps/p-3/metadata.json`]: metadata('organizations', 'policy/o-1/scp/p-3'),
};

test('a store of iam-collect: each file that it has is an answer, or part of one', () => {
  const { says, compare } = words('iam-collect');
  const readsOf = (files: Readonly<Record<string, unknown>>) => {
    const store = new IamCollectStore();
    let minute = 0;
    for (const [path, parsed] of Object.entries(files))
      store.add(path, parsed, `2026-11-01T00:${String(minute++).padStart(2, '0')}:00Z`, `folder ${minute}`);
    return [...store.reads()];
  };
  for (const { operation, account, region, input, at, from, output } of readsOf(STORE))
    says(
      `${operation} ${account}/${region} ${JSON.stringify(input)}`,
      `${at}, ${from}\n${JSON.stringify(output, undefined, 1)}`,
    );
  const isEmpty = new IamCollectStore().isEmpty;
  says('nothing', JSON.stringify([isEmpty, readsOf({})]));
  const at = (path: string) => `${STORE_ACCOUNT}/iam/${path}.json`;
  const named = { [at('user/ann/metadata')]: metadata('iam', 'user/ann') };
  const organization = { arn: arn('organizations', 'organization/o-1'), rootAccountId: ACCOUNT };
  const DAMAGED: readonly (readonly [path: string, parsed: unknown])[] = [
    [at('user/ann/groups'), ['a', 7]],
    [at('user/ann/groups'), { a: 'b' }],
    [at('user/ann/inline-policies'), [{ PolicyName: 7 }]],
    [at('user/ann/inline-policies'), { PolicyName: 'own' }],
    [at('user/ann/inline-policies'), [['own']]],
    [at('user/ann/instance-profiles'), 'web'],
    [at('user/ann/managed-policies'), [null]],
    [at('user/ann/metadata'), []],
    [at('user/ann/metadata'), null],
    [at('user/ann/metadata'), {}],
    [at('user/ann/metadata'), { arn: 7 }],
    [at('user/ann/metadata'), { arn: 'ann' }],
    [at('user/ann/tags'), { team: 7 }],
    [at('user/ann/tags'), ['team']],
    [at('user/ann/whatever'), 7],
    [at('user/ann/constructor'), 7],
    [at('user/ann/__proto__'), { metadata: 7 }],
    [`${STORE_ACCOUNT}/kms/${REGION}/key/k/policy.json`, DOCUMENT],
    [`${STORE_ORGANIZATION}/accounts.json`, { [OTHER]: [] }],
    [`${STORE_ORGANIZATION}/accounts.json`, { [OTHER]: { scps: [7] } }],
    [`${STORE_ORGANIZATION}/accounts.json`, { [OTHER]: { rcps: 'p' } }],
    [`${STORE_ORGANIZATION}/accounts.json`, []],
    [`${STORE_ORGANIZATION}/ous.json`, { 'r-1': null }],
    [`${STORE_ORGANIZATION}/structure.json`, { 'r-1': [] }],
    [`${STORE_ORGANIZATION}/structure.json`, { 'r-1': { accounts: [7] } }],
    [`${STORE_ORGANIZATION}/structure.json`, { 'r-1': { accounts: {} } }],
    [`${STORE_ORGANIZATION}/structure.json`, { 'r-1': { children: [] } }],
    [`${STORE_ORGANIZATION}/structure.json`, { 'r-1': { children: { 'ou-1': { accounts: [7] } } } }],
    [`${STORE_ORGANIZATION}/metadata.json`, { rootAccountId: 'o-1' }],
    [`${STORE_ORGANIZATION}/metadata.json`, { rootAccountId: `${ACCOUNT}4` }],
    [`${STORE_ORGANIZATION}/metadata.json`, organization],
    [`${STORE_ORGANIZATION}/structure.json`, { 'r-1': {} }],
  ];
  for (const [path, parsed] of DAMAGED)
    says(
      `${path}: ${JSON.stringify(parsed)}`,
      attempted(() =>
        readsOf({ ...named, [path]: parsed }).map(({ operation, output }) => [operation, output]),
      ),
    );
  compare();
});

type Answers = (call: AwsCall) => object;
const refuse = (name: string, httpStatusCode?: number): never => {
  throw Object.assign(new Error('no'), { name, $metadata: { httpStatusCode } });
};
const READER = arn('iam', 'user/reader');

/** What an import asks of AWS, is told, and ends with. `answers` of some calls; the others have nothing. */
async function asked(
  answers: Answers,
  options: Partial<Parameters<typeof importAws>[0]> = {},
): Promise<string> {
  const lines: string[] = [];
  const noted: Omit<Read, 'at' | 'from'>[] = [];
  const says = ({ service, operation, region, role, input }: AwsCall) => {
    const {
      LookupAttributes: [source] = [],
      StartTime,
      ...more
    } = input as {
      LookupAttributes?: { AttributeValue: string }[];
      StartTime?: Date;
    };
    const about = source ? `${source.AttributeValue} from ${StartTime?.toISOString()}` : JSON.stringify(more);
    return `${service}:${operation} ${region} ${about}${role ? ` as ${role}` : ''}`;
  };
  let calls = 0;
  const outcome = await importAws({
    calls: {
      async call(call) {
        calls++;
        if (
          !/^Describe|^List|^Get/.test(call.operation) ||
          /GetCallerIdentity|DescribeRegions/.test(call.operation)
        )
          lines.push(says(call));
        return (
          (call.operation === 'GetCallerIdentity' && !call.role && { Account: ACCOUNT, Arn: READER }) ||
          answers(call)
        );
      },
      homeRegion: async () => 'eu-north-1',
      close: () => undefined,
    },
    waiting: { nowMs: () => Date.parse(AT), sleep: async () => undefined },
    isPaced: false,
    journal: { reads: [], pages: [], add: (read) => void noted.push(read), addPage: () => undefined },
    pages: { kept: () => ({ pages: 0 }), keep: () => undefined },
    begunAtMs: Date.parse(AT),
    sinceDays: 0,
    ...options,
  }).then(
    ({ reading, slowedDown, unread }) => JSON.stringify([reading.reads.size, slowedDown, unread]),
    (error: Error) => `${error.constructor.name}: ${error.message}`,
  );
  const ofNote = noted
    .filter(({ operation }) => /GetCallerIdentity|DescribeRegions|LookupEvents/.test(operation))
    .map(({ operation, account, region, by, output, refused }) =>
      JSON.stringify([operation, account, region, by, output, refused]),
    );
  return [...lines, `${calls} calls`, ...ofNote, outcome].join('\n');
}

test('an import of accounts: who asks, in which Regions, and what ends it', async () => {
  const { says, compare } = words('aws');
  const REGIONS = { Regions: [{ RegionName: 'us-west-2' }, { RegionName: 'eu-west-1' }] };
  const enabled: Answers = ({ operation }) => (operation === 'DescribeRegions' ? REGIONS : {});
  const assumed: Answers = (call) =>
    call.operation === 'GetCallerIdentity'
      ? { Account: OTHER, Arn: arn('sts', 'assumed-role/audit/latchkey-import', OTHER) }
      : enabled(call);
  const show = async (title: string, answers: Answers, options?: Partial<Parameters<typeof importAws>[0]>) =>
    says(title, await asked(answers, options));
  await show('of the enabled Regions', enabled);
  await show('of one that is named', enabled, { regions: ['us-west-2'] });
  await show('of one that is not enabled', enabled, { regions: ['ap-south-1'] });
  await show('of one that is none', enabled, { regions: ['us-west-2', 'us-west-9'] });
  await show('of one that is none, where they may not be seen', () => ({}), { regions: ['us-west-9'] });
  await show('of Regions that may not be seen', () => ({}));
  await show(
    'of Regions whose list is refused',
    ({ operation }) => (operation === 'DescribeRegions' ? refuse('UnauthorizedOperation', 403) : {}),
    { accounts: [ACCOUNT] },
  );
  const accounts = [ACCOUNT, OTHER];
  await show('of another account', assumed, { accounts, role: '/audit', regions: ['us-west-2'] });
  await show('of that alone', assumed, { accounts: [OTHER], role: 'team/audit', regions: ['us-west-2'] });
  await show('of another without a role', assumed, { accounts });
  await show('of its own with one', enabled, { accounts: [ACCOUNT], role: 'audit', regions: ['us-west-2'] });
  const asRoot: Answers = () => refuse('never asked');
  says(
    'of another by the root user',
    await asked(asRoot, {
      accounts: [OTHER, '777788889999'],
      role: 'audit',
      calls: {
        call: async () => ({ Account: ACCOUNT, Arn: arn('iam', 'root') }),
        homeRegion: async () => 'us-east-1',
        close: () => undefined,
      },
    }),
  );
  for (const [name, status] of [
    ['AccessDenied', 403],
    ['ExpiredToken', 400],
    ['InternalFailure', 500],
    ['TimeoutError', undefined],
  ] as const) {
    const failing: Answers = (call) =>
      call.operation === 'GetCallerIdentity' ? refuse(name, status) : enabled(call);
    await show(`of one whose role gives ${name}`, failing, {
      accounts,
      role: 'audit',
      regions: ['us-west-2'],
    });
    const nobody = {
      call: async () => refuse(name, status),
      homeRegion: async () => 'us-east-1',
      close: () => undefined,
    };
    says(`by whom AWS answers ${name}`, await asked(enabled, { calls: nobody }));
    await show(
      `with a history that gives ${name}`,
      (call) => (call.operation === 'LookupEvents' ? refuse(name, status) : enabled(call)),
      { sinceDays: 1, regions: ['us-east-1'] },
    );
    await show(
      `with a Region that gives ${name}`,
      (call) => (call.service === 'kms' ? refuse(name, status) : enabled(call)),
      { regions: ['us-west-2'] },
    );
  }
  const heard: string[] = [];
  await show('with a history of two days, of two Regions', enabled, {
    sinceDays: 2,
    regions: ['us-east-1', 'us-west-2'],
    onHistory: ({ region, day, source }, left) =>
      void heard.push(`${region} ${day} ${source}: ${JSON.stringify(left())}`),
  });
  says('what is heard of that', heard.join('\n'));
  const done: number[] = [];
  await asked(enabled, { regions: ['us-west-2'], onProgress: (progress) => void done.push(progress.done) });
  // What is known already, as the Regions are, is no call.
  const counts = [...new Set(done)];
  assert.deepEqual(
    counts,
    Array.from({ length: 68 }, (_, at) => at + 1),
  );
  compare();
});
