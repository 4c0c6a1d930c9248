/**
 * What is said of a whole account: who may use each of its keys and who cannot be told, what is wrong, one question at a time, and
 * the graph of it all, few and many of each thing. The account is one that was read, so that it can be of any size and have gaps.
 */
import { test } from 'node:test';
import { pathsOf } from '../../../src/explain/paths/paths.ts';
import { resourcesUnderKeys } from '../../../src/explain/paths/resources.ts';
import { keyUserCounts } from '../../../src/explain/rights/key-user-counts.ts';
import { Reads } from '../../../src/import/snapshot/snapshot.ts';
import { policy, statement } from '../../worlds/account.ts';
import { accountReader } from '../../worlds/read-account.ts';
import { wordsOf } from '../../worlds/words.ts';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const FAR = '777788889999';
const REGION = 'us-east-1';
const READ_AT = '2026-11-10T00:00:00Z';
const SCOPE = { account: ACCOUNT, region: REGION };
const iam = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`;
const hex = (at: number, width = 17) => at.toString(16).padStart(width, '0');
const times = <Thing>(count: number, thing: (at: number) => Thing): Thing[] =>
  Array.from({ length: count }, (_, at) => thing(at));
/** As AWS gives them to users and roles. */
const uniqueId = (kind: 'AIDA' | 'AROA', name: string) =>
  `${kind}${name.toUpperCase()}`.padEnd(21, 'X').slice(0, 21);

type Json = Readonly<Record<string, unknown>>;
const root = statement('kms:*', { Principal: { AWS: iam('root') } });
const SLR = iam('role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling');

interface Key {
  readonly policy?: string;
  readonly grants?: readonly Json[];
  readonly metadata?: Json;
  readonly alias?: string;
  readonly volumes?: number;
  readonly account?: string;
}

const grantee = (GranteePrincipal: string, Operations: readonly string[] = ['Decrypt'], more: Json = {}) => ({
  GranteePrincipal,
  Operations,
  ...more,
});

/** By what is the matter with each. */
const KEYS: Readonly<Record<string, Key>> = {
  'left to the account': { policy: policy(root), alias: 'alias/app', volumes: 1 },
  'with many grants': {
    policy: policy(root),
    volumes: 103,
    grants: [
      ...times(103, (at) =>
        grantee(
          `arn:aws:sts::${ACCOUNT}:assumed-role/aws:ec2-infrastructure/i-${hex(at)}`,
          at === 102 ? ['Encrypt'] : ['Decrypt'],
        ),
      ),
      grantee(iam('user/bob'), ['Encrypt']),
    ],
  },
  'for everybody': {
    policy: policy(root, statement(['kms:Decrypt', 'kms:Encrypt'], { Principal: '*', Sid: 'Open' })),
  },
  'for everybody under a condition': {
    policy: policy(
      root,
      statement('kms:Decrypt', {
        Principal: { AWS: '*' },
        Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-partner' } },
      }),
    ),
  },
  'for all but one': {
    policy: policy(root, {
      Effect: 'Allow',
      NotPrincipal: { AWS: iam('user/ann') },
      Action: 'kms:Decrypt',
      Resource: '*',
    }),
  },
  'for strangers': {
    policy: policy(
      root,
      statement('kms:Decrypt', {
        Principal: {
          AWS: [iam('user/far', FAR), iam('role/x/far', FAR), iam('root', FAR)],
          Service: ['logs.us-east-1.amazonaws.com'],
        },
      }),
    ),
    grants: [
      grantee(iam('user/other', FAR)),
      grantee('events.amazonaws.com'),
      grantee(`arn:aws:sts::${FAR}:federated-user/x`),
    ],
  },
  'for one session': {
    policy: policy(
      root,
      statement('kms:Decrypt', { Principal: { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/app/nightly` } }),
      statement('kms:Encrypt', { Principal: { AWS: iam('role/app') } }),
    ),
  },
  'for whoever was deleted': {
    policy: policy(
      root,
      statement('kms:Decrypt', { Principal: { AWS: [uniqueId('AROA', 'gone'), iam('user/bob')] } }),
    ),
    grants: [grantee(uniqueId('AIDA', 'gone'))],
  },
  'for grant makers': {
    policy: policy(
      root,
      statement(['kms:CreateGrant', 'kms:Decrypt'], { Principal: { AWS: [iam('user/bob'), iam('root')] } }),
      statement('kms:CreateGrant', {
        Principal: { AWS: iam('user/ann') },
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      }),
      statement('kms:CreateGrant', {
        Principal: '*',
        Condition: { StringEquals: { 'kms:CallerAccount': FAR } },
      }),
    ),
  },
  'for nobody who could change it': {
    policy: policy(statement('kms:Decrypt', { Principal: { AWS: iam('user/bob') } })),
  },
  'that is disabled': {
    policy: policy(root),
    metadata: { Enabled: false, KeyState: 'Disabled' },
    volumes: 6,
  },
  'that is to be deleted': {
    policy: policy(root),
    metadata: { Enabled: false, KeyState: 'PendingDeletion', DeletionDate: '2026-12-01T00:00:00Z' },
    volumes: 2,
  },
  'that waits for material': {
    policy: policy(root),
    metadata: { Enabled: false, KeyState: 'PendingImport', Origin: 'EXTERNAL' },
    volumes: 1,
  },
  'that is unavailable': {
    policy: policy(root),
    metadata: { Enabled: false, KeyState: 'Unavailable' },
    volumes: 1,
  },
  'that expires': {
    policy: policy(root),
    metadata: {
      Origin: 'EXTERNAL',
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo: '2996-12-01T00:00:00Z',
    },
    volumes: 5,
  },
  'that has expired': {
    policy: policy(root),
    metadata: {
      Origin: 'EXTERNAL',
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo: '1996-12-01T00:00:00Z',
    },
    volumes: 1,
  },
  'of AWS': {
    policy: policy(
      statement('kms:*', {
        Principal: { AWS: '*' },
        Condition: {
          StringEquals: { 'kms:CallerAccount': ACCOUNT, 'kms:ViaService': `ec2.${REGION}.amazonaws.com` },
        },
      }),
    ),
    metadata: { KeyManager: 'AWS' },
    alias: 'alias/aws/ebs',
  },
  'whose policy was not read': { grants: [] },
  'whose grants were not read': { policy: policy(root) },
  'through a service': {
    policy: policy(
      root,
      statement('kms:Decrypt', {
        Principal: { AWS: iam('user/bob') },
        Condition: {
          StringEquals: { 'kms:ViaService': [`rds.${REGION}.amazonaws.com`, `ec2.${REGION}.amazonaws.com`] },
        },
      }),
    ),
  },
  'of another account': {
    policy: policy(
      { ...root, Principal: { AWS: iam('root', OTHER) } },
      statement('kms:Decrypt', { Principal: { AWS: iam('root') } }),
    ),
    account: OTHER,
  },
  'for those who hold grants to give on': {
    policy: policy(root),
    grants: [
      grantee(iam('user/bob'), ['CreateGrant', 'Encrypt']),
      grantee(iam('user/twin'), ['CreateGrant', 'Decrypt']),
      grantee(iam('role/twin'), ['Decrypt'], { Constraints: { EncryptionContextSubset: { a: 'b' } } }),
    ],
  },
};
const NAMES = Object.keys(KEYS);
const idOf = (name: string) => `${hex(NAMES.indexOf(name), 8)}-12ab-34cd-56ef-1234567890ab`;
const arnOf = (name: string) => `arn:aws:kms:${REGION}:${KEYS[name]?.account ?? ACCOUNT}:key/${idOf(name)}`;
/** Of a group of its own each, but for every third. */
const groupOf = (at: number) => (at % 3 === 2 ? undefined : `group-${at % 2}`);

function reads(): Reads {
  const all = new Reads();
  let account = ACCOUNT;
  const add = (operation: string, answer: Json, input: Json = {}, region = REGION) =>
    all.add({
      operation,
      account,
      region,
      input,
      at: READ_AT,
      by: iam('user/reader'),
      from: 'aws',
      ...answer,
    });
  const read = (operation: string, output: Json, input?: Json, region?: string) =>
    add(operation, { output }, input, region);
  const refused = (operation: string, input?: Json, region?: string) =>
    add(operation, { refused: { code: 'AccessDenied', message: 'no' } }, input, region);
  const person = (UserName: string, own?: string, more: Json = {}) => ({
    ...{
      UserName,
      UserId: uniqueId('AIDA', UserName),
      Path: '/',
      Arn: iam(`user/${UserName}`),
      CreateDate: READ_AT,
      GroupList: [],
      Tags: [],
    },
    ...{
      UserPolicyList: own ? [{ PolicyName: 'own', PolicyDocument: own }] : [],
      AttachedManagedPolicies: [],
      ...more,
    },
  });
  const role = (Arn: string, own?: string) => ({
    ...{
      RoleName: Arn.split('/').at(-1),
      RoleId: uniqueId('AROA', String(Arn.split('/').at(-1))),
      Arn,
      CreateDate: READ_AT,
      InstanceProfileList: [],
      Tags: [],
    },
    ...{
      Path: Arn.slice(Arn.indexOf('/'), Arn.lastIndexOf('/') + 1),
      AssumeRolePolicyDocument: policy(),
      AttachedManagedPolicies: [],
    },
    RolePolicyList: own ? [{ PolicyName: 'own', PolicyDocument: own }] : [],
  });
  const granting = { Effect: 'Allow', Action: ['kms:CreateGrant'], Resource: '*' };
  const UNREAD = iam('policy/unread');
  read(
    'iam:GetAccountAuthorizationDetails',
    {
      UserDetailList: [
        person('admin', policy(statement('*'))),
        person('ann', policy(statement(['kms:Decrypt', 'kms:DescribeKey']))),
        person('bob'),
        person('cid', undefined, { AttachedManagedPolicies: [{ PolicyArn: UNREAD, PolicyName: 'unread' }] }),
        person(
          'dan',
          policy(
            statement('kms:Decrypt', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
            statement('kms:Encrypt', {
              Condition: { StringEquals: { 'kms:EncryptionContext:app': 'shop' } },
            }),
          ),
        ),
        person('twin'),
        ...times(6, (at) =>
          person(`maker${at}`, undefined, {
            AttachedManagedPolicies: [{ PolicyArn: iam('policy/granting'), PolicyName: 'granting' }],
          }),
        ),
        person(
          'lone',
          policy(
            { ...granting, Sid: 'Grants' },
            { ...granting, Condition: { StringEquals: { 'kms:ViaService': 'x' } } },
          ),
          { AttachedManagedPolicies: [{ PolicyArn: UNREAD, PolicyName: 'unread' }] },
        ),
      ],
      GroupDetailList: [],
      RoleDetailList: [
        role(iam('role/app'), policy(statement('kms:Decrypt'))),
        role(iam('role/twin')),
        role(SLR),
      ],
      Policies: [
        {
          Arn: iam('policy/granting'),
          PolicyName: 'granting',
          PolicyId: 'ANPA1',
          DefaultVersionId: 'v1',
          PolicyVersionList: [{ VersionId: 'v1', Document: policy(granting), IsDefaultVersion: true }],
        },
      ],
    },
    {},
    'global',
  );
  // It is in no organization.
  read('organizations:DescribeOrganization', {}, {}, 'global');
  read('organizations:ListRoots', {}, {}, 'global');
  read('ec2:GetEbsEncryptionByDefault', { EbsEncryptionByDefault: true });
  read('ec2:GetEbsDefaultKmsKeyId', { KmsKeyId: arnOf('for one session') });
  const volumes = NAMES.flatMap((name) => times(KEYS[name]?.volumes ?? 0, (at) => ({ name, at })));
  const attached = (index: number) => index % 4 !== 3;
  read('ec2:DescribeVolumes', {
    Volumes: volumes.map(({ name }, index) => ({
      ...{
        VolumeId: `vol-${hex(index)}`,
        AvailabilityZone: `${REGION}a`,
        Size: 1,
        VolumeType: 'gp3',
        State: attached(index) ? 'in-use' : 'available',
        CreateTime: READ_AT,
        Encrypted: true,
        KmsKeyId: arnOf(name),
      },
      Attachments: attached(index)
        ? [
            {
              VolumeId: `vol-${hex(index)}`,
              InstanceId: `i-${hex(index)}`,
              Device: '/dev/sdf',
              State: 'attached',
              AttachTime: READ_AT,
            },
          ]
        : [],
    })),
  });
  read(
    'ec2:DescribeSnapshots',
    {
      Snapshots: times(103, (at) => ({
        SnapshotId: `snap-${hex(at)}`,
        VolumeId: 'vol-1',
        OwnerId: ACCOUNT,
        Encrypted: true,
        KmsKeyId: arnOf(at === 0 ? 'left to the account' : 'with many grants'),
        State: 'completed',
        StartTime: READ_AT,
        VolumeSize: 1,
      })),
    },
    { OwnerIds: ['self'] },
  );
  read('ec2:DescribeInstances', {
    Reservations: volumes.flatMap((_, index) =>
      attached(index)
        ? [
            {
              ReservationId: `r-${hex(index)}`,
              OwnerId: ACCOUNT,
              Instances: [
                {
                  InstanceId: `i-${hex(index)}`,
                  ImageId: `ami-${hex(1)}`,
                  InstanceType: 't3.micro',
                  LaunchTime: READ_AT,
                  State: { Code: 16, Name: 'running' },
                  Placement: { AvailabilityZone: `${REGION}a` },
                  BlockDeviceMappings: [
                    { DeviceName: '/dev/sdf', Ebs: { VolumeId: `vol-${hex(index)}`, Status: 'attached' } },
                  ],
                },
              ],
            },
          ]
        : [],
    ),
  });
  const LaunchTemplateId = `lt-${hex(1)}`;
  const ebs = (name?: string) => ({
    BlockDeviceMappings: [
      {
        DeviceName: '/dev/sdf',
        Ebs: { VolumeSize: 1, Encrypted: true, ...(name && { KmsKeyId: arnOf(name) }) },
      },
    ],
    ImageId: `ami-${hex(1)}`,
    InstanceType: 't3.micro',
  });
  read('ec2:DescribeLaunchTemplates', {
    LaunchTemplates: [
      {
        LaunchTemplateId,
        LaunchTemplateName: 'web',
        DefaultVersionNumber: 2,
        LatestVersionNumber: 3,
        CreateTime: READ_AT,
      },
    ],
  });
  const version = (VersionNumber: number, LaunchTemplateData: Json) => ({
    LaunchTemplateId,
    LaunchTemplateName: 'web',
    VersionNumber,
    DefaultVersion: VersionNumber === 2,
    LaunchTemplateData,
    CreateTime: READ_AT,
  });
  read(
    'ec2:DescribeLaunchTemplateVersions',
    {
      LaunchTemplateVersions: [
        version(1, ebs('left to the account')),
        version(2, ebs('for everybody')),
        version(3, ebs('of another account')),
      ],
    },
    { LaunchTemplateId },
  );
  const groups = ['$Latest', '$Default', '1', '9'];
  read('autoscaling:DescribeAutoScalingGroups', {
    AutoScalingGroups: groups.map((Version, which) => ({
      ...{
        AutoScalingGroupName: `group-${which}`,
        AutoScalingGroupARN: `arn:aws:autoscaling:${REGION}:${ACCOUNT}:autoScalingGroup:x:autoScalingGroupName/group-${which}`,
      },
      ...{
        MinSize: 0,
        MaxSize: 200,
        DesiredCapacity: 0,
        AvailabilityZones: [`${REGION}a`],
        CreatedTime: READ_AT,
        ServiceLinkedRoleARN: SLR,
        LaunchTemplate: { LaunchTemplateId, Version },
      },
      Instances: volumes.flatMap((_, index) =>
        attached(index) && groupOf(index) === `group-${which}`
          ? [
              {
                InstanceId: `i-${hex(index)}`,
                AvailabilityZone: `${REGION}a`,
                LifecycleState: 'InService',
                HealthStatus: 'Healthy',
                ProtectedFromScaleIn: false,
              },
            ]
          : [],
      ),
    })),
  });
  for (const owner of [ACCOUNT, OTHER]) {
    account = owner;
    const own = NAMES.filter((name) => (KEYS[name]?.account ?? ACCOUNT) === owner);
    read('kms:ListKeys', { Keys: own.map((name) => ({ KeyArn: arnOf(name), KeyId: idOf(name) })) });
    read('kms:ListAliases', {
      Aliases: own.flatMap((name) =>
        KEYS[name]?.alias
          ? [
              {
                AliasName: KEYS[name]?.alias,
                AliasArn: `arn:aws:kms:${REGION}:${owner}:${KEYS[name]?.alias}`,
                TargetKeyId: idOf(name),
              },
            ]
          : [],
      ),
    });
    for (const name of own) {
      const { policy, grants = [], metadata } = KEYS[name] as Key;
      const KeyId = idOf(name);
      const usual = {
        AWSAccountId: owner,
        KeyManager: 'CUSTOMER',
        KeySpec: 'SYMMETRIC_DEFAULT',
        KeyUsage: 'ENCRYPT_DECRYPT',
        Origin: 'AWS_KMS',
        Enabled: true,
        KeyState: 'Enabled',
      };
      read(
        'kms:DescribeKey',
        { KeyMetadata: { ...usual, Arn: arnOf(name), KeyId, CreationDate: READ_AT, ...metadata } },
        { KeyId },
      );
      if (policy) read('kms:GetKeyPolicy', { Policy: policy }, { KeyId, PolicyName: 'default' });
      else refused('kms:GetKeyPolicy', { KeyId, PolicyName: 'default' });
      const common = { KeyId: arnOf(name), IssuingAccount: iam('root', owner), CreationDate: READ_AT };
      if (name === 'whose grants were not read') refused('kms:ListGrants', { KeyId });
      else
        read(
          'kms:ListGrants',
          { Grants: grants.map((each, at) => ({ ...common, GrantId: hex(at, 64), ...each })) },
          { KeyId },
        );
      read('kms:ListResourceTags', { Tags: [] }, { KeyId });
    }
  }
  refused('iam:GetAccountAuthorizationDetails', {}, 'global');
  return all;
}

const world = await accountReader()(reads());

/** A file of what is printed of each case; keys by what is the matter with them. */
const words = wordsOf(import.meta.url, (text) =>
  NAMES.reduce(
    (shown, each) => shown.replaceAll(arnOf(each), `<${each}>`).replaceAll(idOf(each), `<${each}>`),
    text,
  ),
);
const asked = (question: string, body: Json): Promise<Json> =>
  Promise.resolve()
    .then(() => world.questions[question]?.({ accountId: ACCOUNT, ...body }))
    .then(
      (answer) => answer as Json,
      (error: Error) => ({ refused: error.message }),
    );

interface Answered {
  readonly users?: readonly {
    who: string;
    principal: string;
    account: string;
    isKnown: boolean;
    rights: readonly {
      action: string;
      way: string;
      grounds: readonly {
        by: object | string;
        where: readonly object[];
        unless: readonly object[];
        provided?: readonly { name: string }[];
      }[];
    }[];
  }[];
  readonly keys?: readonly { key: string; alias?: string; state: string; rights: readonly unknown[] }[];
}

/** Those with the same rights, in one line, and what gives them. */
function alike(users: NonNullable<Answered['users']>): string[] {
  const groups = Map.groupBy(users, ({ rights }) => {
    const ways = [...new Set(rights.map(({ way }) => way))];
    const grounds = rights.flatMap(({ grounds: each }) => each);
    const by = grounds.map(({ by: gives, where, unless, provided }) =>
      JSON.stringify([gives, where, unless.length, provided?.map(({ name }) => name)]).replace(
        /user \w+, inline/,
        'his inline',
      ),
    );
    return [`${rights.length} rights, ${ways}`, ...new Set(by)].join('\n  ');
  });
  return [...groups].map(
    ([rights, all]) =>
      `${all.map(({ who, principal, account, isKnown }) => `${who} (${[principal, account, isKnown ? 'known' : 'unknown']})`).join('; ')}: ${rights}`,
  );
}

test('who may use each key, and of whom it cannot be told', async () => {
  const { says, compare } = words('users');
  for (const name of NAMES) {
    const { users = [], ...rest } = (await asked('who-can', {
      key: arnOf(name),
      ...(KEYS[name]?.account && { accountId: OTHER }),
    })) as Answered & { otherGrants?: readonly unknown[] };
    says(
      name,
      {
        ...rest,
        actions: undefined,
        otherGrants: (rest.otherGrants ?? []).slice(0, 4),
        ofOthers: rest.otherGrants?.length,
      },
      ...alike(users),
    );
  }
  for (const action of ['Decrypt', 'kms:Generate*', 'PutKeyPolicy', 'none', '?ecrypt'])
    says(`of ${action}`, {
      ...(await asked('who-can', { key: arnOf('left to the account'), action })),
      users: undefined,
    });
  for (const principal of [
    'ann',
    'user/bob',
    iam('role/app'),
    uniqueId('AROA', 'app'),
    'root',
    'twin',
    'user/twin',
    'role/twin',
    'none',
    'events.amazonaws.com',
    FAR,
    iam('user/far', FAR),
    `arn:aws:sts::${ACCOUNT}:assumed-role/app/nightly`,
    '*',
  ]) {
    const { keys = [], ...rest } = (await asked('what-can', { principal })) as Answered;
    says(
      `what ${principal} may`,
      rest,
      ...keys.map(({ key, alias, state, rights }) => `${key} ${alias} ${state} ${rights.length}`),
    );
  }
  says('of an account that was not read', await asked('what-can', { principal: 'ann', accountId: OTHER }));
  const counts = async (keys: readonly string[], isTimeUp: () => boolean = () => false) => {
    const { store, ports } = world.runtime;
    return store.read((tx) => keyUserCounts({ tx, ports }, { ...SCOPE, keys }, isTimeUp));
  };
  says('how many', ...(await counts(NAMES.map(arnOf))));
  says(
    'how many in no time',
    (await counts(NAMES.map(arnOf), () => true)).length,
    (await counts([], () => true)).length,
  );
  compare();
});

test('what is wrong with an account, and with one of two', async () => {
  const { says, compare } = words('wrong');
  for (const accountId of [undefined, ACCOUNT, OTHER, FAR]) {
    const { findings, ...rest } = (await asked('audit', { accountId })) as { findings: readonly Json[] };
    says(
      `of ${accountId ?? 'all'}`,
      rest,
      ...(accountId === ACCOUNT ? (findings.length === 0 ? [] : [findings.length]) : findings),
    );
  }
  compare();
});

test('whether somebody may, under what, and what it hangs on', async () => {
  const { says, compare } = words('may');
  const show = async (title: string, body: Json) => {
    const {
      verdict,
      headline,
      restsOn,
      refused,
      remedies,
      remediesVerified,
      gains,
      allowedBy,
      checks,
      text: _,
    } = (await asked('can', body)) as Json & {
      checks?: readonly { summary: string }[];
      remedies?: readonly { sentence: string }[];
    };
    says(title, refused ?? `${verdict}: ${headline}`, {
      restsOn,
      allowedBy,
      remediesVerified,
      gains,
      checks: checks?.map(({ summary }) => summary),
      remedies: remedies?.map(({ sentence }) => sentence),
    });
  };
  const key = arnOf('left to the account');
  for (const name of NAMES)
    for (const principal of name === 'left to the account'
      ? ['user/ann', 'user/bob', 'user/cid', 'user/dan']
      : ['user/bob', 'user/cid'])
      await show(`${principal} Decrypt, key ${name}`, {
        principal,
        action: 'kms:Decrypt',
        resource: arnOf(name),
      });
  const dan = { principal: 'user/dan', resource: key };
  await show('in a context', {
    ...dan,
    action: 'kms:encrypt',
    context: { 'kms:EncryptionContext:app': 'shop' },
  });
  await show('in another context', {
    ...dan,
    action: 'KMS:Encrypt',
    context: { 'kms:EncryptionContext:app': 'bank' },
  });
  await show('from an address', {
    ...dan,
    action: 'kms:Decrypt',
    context: { 'aws:SourceIp': '203.0.113.7' },
  });
  await show('from another address', {
    ...dan,
    action: 'kms:Decrypt',
    context: { 'AWS:SourceIp': '192.0.2.1' },
  });
  await show('through EC2', {
    principal: 'user/bob',
    action: 'kms:Decrypt',
    resource: arnOf('through a service'),
    through: 'ec2:StartInstances',
  });
  await show('through RDS', {
    principal: 'user/bob',
    action: 'kms:Decrypt',
    resource: arnOf('through a service'),
    through: 'rds',
  });
  await show('through another', {
    principal: 'user/bob',
    action: 'kms:Decrypt',
    resource: arnOf('through a service'),
    through: 's3',
  });
  await show('a grant through EC2', {
    principal: 'user/lone',
    action: 'kms:CreateGrant',
    resource: key,
    through: 'ec2:StartInstances',
  });
  for (const principal of ['user/bob', 'user/twin'])
    for (const way of [undefined, 'ec2:StartInstances', 'rds'])
      await show(`${principal} CreateGrant by a grant, ${way}`, {
        principal,
        action: 'kms:CreateGrant',
        resource: arnOf('for those who hold grants to give on'),
        ...(way && { through: way }),
      });
  await show('a service', {
    principal: 'logs.us-east-1.amazonaws.com',
    action: 'kms:Decrypt',
    resource: arnOf('for strangers'),
  });
  await show('a stranger', {
    principal: iam('role/x/far', FAR),
    action: 'kms:Decrypt',
    resource: arnOf('for strangers'),
  });
  await show('by an alias', { ...dan, action: 'kms:Decrypt', resource: 'alias/app' });
  await show('of a disabled key', {
    principal: 'user/admin',
    action: 'kms:Decrypt',
    resource: arnOf('that is disabled'),
  });
  await show('of a service that is not served', {
    principal: 'user/admin',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/x',
  });
  await show('of a service that is not served, without a right', {
    principal: 'user/bob',
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::b/x',
  });
  await show('of no resource', { principal: 'user/admin', action: 'ec2:DescribeVolumes' });
  await show('of a volume', {
    principal: 'user/admin',
    action: 'ec2:DeleteVolume',
    resource: `vol-${hex(1)}`,
  });
  await show('of what is not there', {
    principal: 'user/admin',
    action: 'ec2:DeleteVolume',
    resource: 'vol-none',
  });
  await show('of a key that is not there', {
    principal: 'user/admin',
    action: 'kms:Decrypt',
    resource: `${key}0`,
  });
  await show('of a role', { principal: 'user/admin', action: 'sts:AssumeRole', resource: iam('role/app') });
  await show('of no action', { principal: 'user/admin', action: 'Decrypt', resource: key });
  await show('by nobody', { principal: 'user/none', action: 'kms:Decrypt', resource: key });
  compare();
});

test('the graph of an account: few and many of each thing, of one key, one principal, one instance', async () => {
  const { says, compare } = words('graph');
  const show = async (
    title: string,
    more: Partial<Parameters<typeof pathsOf>[1]>,
    { isTimeUp, isWhole = true }: { readonly isTimeUp?: () => boolean; readonly isWhole?: boolean } = {},
  ) => {
    const { store, ports } = world.runtime;
    const told = await store
      .read((tx) => pathsOf({ tx, ports }, { ...SCOPE, ...more }, isTimeUp))
      .catch((error: Error) => error.message);
    if (typeof told === 'string') return says(title, told);
    const { nodes, edges, ...rest } = told;
    const kinds = Object.entries(Object.groupBy(nodes, ({ noun }) => noun)).map(
      ([noun, of]) => `${of?.length} ${noun}`,
    );
    const isFew = isWhole && nodes.length < 60;
    // Of many, those that stand for more.
    const shown = isFew ? nodes : nodes.filter(({ count, kind }) => count !== undefined || kind === 'group');
    const ids = new Set(shown.map(({ id }) => id));
    says(
      title,
      { ...rest, nodes: kinds.join(', '), edges: edges.length },
      ...shown,
      ...edges.filter(({ from, to }) => isFew || ((ids.has(from) || ids.has(to)) && !/^i-0/.test(from))),
    );
  };
  for (const name of [
    'left to the account',
    'for everybody under a condition',
    'of another account',
    'of AWS',
  ])
    await show(`one key, ${name}`, { key: arnOf(name) });
  for (const name of ['for strangers', 'for one session', 'whose policy was not read', 'that is disabled'])
    await show(`one key of those, ${name}`, { key: arnOf(name), principal: 'far' });
  await show('one key with many', { key: arnOf('with many grants') });
  await show('one key by its alias', { key: 'alias/app' }, { isWhole: false });
  await show('a key that is not there', { key: 'alias/none' });
  await show('one principal', { principal: 'user bob', key: arnOf('for grant makers') });
  await show('one principal by a part of the name', {
    principal: 'i-00000000000000042',
    key: arnOf('with many grants'),
  });
  await show('nobody', { principal: 'nobody at all', key: arnOf('left to the account') });
  await show('one instance', { instance: `i-${hex(0)}`, principal: 'user ann' });
  await show('another instance', { instance: `i-${hex(110)}`, principal: 'user ann' });
  await show('an instance that is not there', { instance: 'i-none' });
  await show('all', {});
  await show('all after some', { after: 15, principal: 'user bob' });
  await show('as many as there is time for', { principal: 'user bob' }, { isTimeUp: () => true });
  for (const [title, failed, instance] of [
    ['what failed before what did not', [`i-${hex(50)}`, `vol-${hex(60)}`]],
    ['what failed, of one instance', [`i-${hex(50)}`, `vol-${hex(60)}`], `i-${hex(60)}`],
    ['nothing failed', []],
  ] as const) {
    const { store } = world.runtime;
    const { volumes, snapshots, groups } = await store.read((tx) =>
      resourcesUnderKeys(tx, new Set(failed), instance),
    );
    const count = (each: ReadonlyMap<string, readonly unknown[]>) => [...each.values()].flat().length;
    const first = volumes.get(arnOf('with many grants'))?.slice(0, 4) ?? [];
    says(title, ...first, [count(volumes), count(snapshots), groups.size]);
  }
  await show('of another Region', { region: 'eu-west-1' });
  await show('of another account', { account: OTHER, principal: 'user ann' });
  compare();
});
