/**
 * Whole answers about accounts of which nothing is here but what was read and recorded: each kind of caller that CloudTrail has,
 * with the condition keys that its record tells and those that it does not, and each question.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import type { Explanation } from '../../src/explain/denial/explanation.ts';
import { renderCheck, renderRecordedWhatIf } from '../../src/explain/recorded/render-recorded.ts';
import { keyUserCounts } from '../../src/explain/rights/key-user-counts.ts';
import { renderWhoCan } from '../../src/explain/rights/render-who-can.ts';
import { History } from '../../src/import/cloudtrail/history.ts';
import { type Read, Reads } from '../../src/import/snapshot/snapshot.ts';
import type { ImportedWorld } from '../../src/imported-world.ts';
import { accountReader, kmsEndpoint, readInto } from '../worlds/read-account.ts';
import { compareSteps, goldenOf } from '../worlds/transcript.ts';

const readAccountOf = accountReader();
const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const REGION = 'us-east-1';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${KEY_ID}`;
const SECOND = KEY.replace('1234abcd', '5678abcd');
const ENDPOINT = 'vpce-0123456789abcdef0';
const READ_AT = '2025-03-02T00:00:00Z';
const iam = (name: string) => `arn:aws:iam::${ACCOUNT}:${name}`;

type Json = Record<string, unknown>;
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allowing = (Action: string | string[], Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...(Condition && { Condition }),
});

/** The callers that records have, by what is odd about each. */
const user = {
  type: 'IAMUser',
  principalId: 'AIDAUSER',
  arn: iam('user/ann'),
  accountId: ACCOUNT,
  userName: 'ann',
};
const session = (role: string, id: string, name: string, accessKeyId: string) => ({
  type: 'AssumedRole',
  principalId: `${id}:${name}`,
  arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${role.split('/').at(-1)}/${name}`,
  accountId: ACCOUNT,
  accessKeyId,
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: id,
      arn: iam(`role/${role}`),
      accountId: ACCOUNT,
      userName: role,
    },
    attributes: { mfaAuthenticated: name === 'mfa' ? 'true' : 'false', creationDate: '2025-03-01T00:00:00Z' },
  },
});
const keeper = { ...user, principalId: 'AIDAKEEPER', arn: iam('user/keeper'), userName: 'keeper' };
const INSTANCE = 'i-0123456789abcdef0';
const IDENTITIES: Readonly<Record<string, Json>> = {
  'a user': { userIdentity: user },
  'a user with MFA': {
    userIdentity: {
      ...user,
      sessionContext: { attributes: { mfaAuthenticated: 'true', creationDate: '2025-03-01T00:00:00Z' } },
    },
  },
  'the root user': {
    userIdentity: { type: 'Root', principalId: ACCOUNT, arn: iam('root'), accountId: ACCOUNT },
  },
  'a user through EC2': {
    userIdentity: { ...user, invokedBy: 'ec2-frontend-api.amazonaws.com' },
    sourceIPAddress: 'ec2-frontend-api.amazonaws.com',
  },
  'a user through Lambda': {
    userIdentity: { ...user, invokedBy: 'lambda.amazonaws.com' },
    sourceIPAddress: 'lambda.amazonaws.com',
  },
  'a user through AWS Internal': { userIdentity: { ...user, invokedBy: 'AWS Internal' } },
  'a session': { userIdentity: session('app/web', 'AROAWEB', 'one', 'ASIAUNKNOWN') },
  'a session whose beginning is recorded': {
    userIdentity: session('app/web', 'AROAWEB', 'mfa', 'ASIABEGUN'),
  },
  'a session in that session': { userIdentity: session('app/web', 'AROAWEB', 'two', 'ASIACHAINED') },
  'a service-linked role': {
    userIdentity: {
      ...session(
        'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
        'AROASLR',
        'AutoScaling',
        '',
      ),
      invokedBy: 'ec2.amazonaws.com',
    },
  },
  ...Object.fromEntries(
    ['AWSCloudFormation', 'one'].map((name) => [
      `a role through a stack, as ${name}`,
      {
        userIdentity: {
          ...session('app/web', 'AROAWEB', name, ''),
          invokedBy: 'cloudformation.amazonaws.com',
        },
      },
    ]),
  ),
  'a role that was not read': { userIdentity: session('gone', 'AROAGONE', 'one', '') },
  'through an endpoint': { userIdentity: user, vpcEndpointId: ENDPOINT, sourceIPAddress: '10.0.0.5' },
  'through an endpoint, from an address of IPv6': {
    userIdentity: user,
    vpcEndpointId: ENDPOINT,
    sourceIPAddress: '2600:1f18::5',
  },
  'through an endpoint, for a service': {
    userIdentity: { ...user, invokedBy: 'lambda.amazonaws.com' },
    vpcEndpointId: ENDPOINT,
    sourceIPAddress: 'lambda.amazonaws.com',
  },
  'through an endpoint that was not read': { userIdentity: user, vpcEndpointId: 'vpce-0fedcba9876543210' },
  'an instance': {
    userIdentity: {
      ...session('aws:ec2-infrastructure', `${ACCOUNT}:aws:ec2-infrastructure`, 'i-0123456789abcdef0', ''),
      invokedBy: 'ec2.amazonaws.com',
    },
  },
  'a service': { userIdentity: { type: 'AWSService', invokedBy: 'logs.us-east-1.amazonaws.com' } },
  'a service of no Region': {
    userIdentity: { type: 'AWSService', invokedBy: 'delivery.logs.amazonaws.com' },
  },
  'another account': { userIdentity: { type: 'AWSAccount', principalId: 'AIDAFAR', accountId: OTHER } },
};

/** In AWS's words. */
const denied = (
  action: string,
  on: string,
  why = `because no identity-based policy allows the ${action} action`,
) => ({
  errorCode: 'AccessDenied',
  errorMessage: `User: x is not authorized to perform: ${action} on resource: ${on} ${why}`,
});

/** Records, each a minute after the one before. */
class Records {
  readonly all: Json[] = [];

  add(eventName: string, requestParameters: object | null, more: Json = {}): string {
    const number = this.all.length;
    const id = `${number.toString(16).padStart(8, '0')}-12ab-34cd-56ef-1234567890ab`;
    this.all.push({
      eventVersion: '1.11',
      userIdentity: user,
      eventTime: new Date(Date.UTC(2025, 2, 1) + number * 60_000).toISOString().replace('.000', ''),
      eventSource: 'kms.amazonaws.com',
      eventName,
      awsRegion: REGION,
      sourceIPAddress: '192.0.2.7',
      userAgent: 'aws-cli/2.15.0',
      requestParameters,
      responseElements: null,
      requestID: id,
      eventID: id,
      readOnly: true,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: ACCOUNT,
      eventCategory: 'Management',
      ...more,
    });
    return id;
  }

  /** On keys, of which a record has the names beside it. */
  onKeys(eventName: string, parameters: object | null, keys: readonly string[], more: Json = {}): string {
    const resources = keys.map((ARN) => ({ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN }));
    return this.add(eventName, parameters, { resources, ...more });
  }
}

const CONTEXT = { encryptionContext: { app: 'shop', 'aws:ebs:id': 'vol-0123456789abcdef0' } };
const GRANT = {
  keyId: KEY,
  granteePrincipal: iam('user/ann'),
  operations: ['Decrypt', 'CreateGrant'],
  constraints: { encryptionContextSubset: { app: 'shop' } },
};

/** How the sessions began that are called so above. */
function sessionsBegin(records: Records): void {
  const begun = (accessKeyId: string, parameters: Json, more: Json) =>
    records.add(
      'AssumeRole',
      { roleArn: iam('role/app/web'), roleSessionName: 'one', ...parameters },
      {
        eventSource: 'sts.amazonaws.com',
        responseElements: { credentials: { accessKeyId, expiration: 'Mar 1, 2025, 1:00:00 AM' } },
        ...more,
      },
    );
  const tags = [
    { key: 'team', value: 'blue' },
    { key: 'stage', value: 'prod' },
  ];
  const policy = document(allowing(['kms:Encrypt', 'sts:AssumeRole', 'ec2:*']));
  begun('ASIABEGUN', { tags, transitiveTagKeys: ['team'], sourceIdentity: 'ann', policy }, {});
  begun(
    'ASIACHAINED',
    { tags: [{ key: 'stage', value: 'test' }] },
    IDENTITIES['a session whose beginning is recorded'] as Json,
  );
}

const PROVIDER = {
  token: iam('oidc-provider/token.actions.githubusercontent.com'),
  saml: iam('saml-provider/corp'),
};

/** One who may do all, and everything about him that can be read; and users with a policy each. */
function reads(users: Readonly<Record<string, string>> = {}, ...onKeys: object[]): Reads {
  const all = new Reads();
  const read = readInto(all, { account: ACCOUNT, region: REGION, at: READ_AT });
  const inline = (PolicyName: string, PolicyDocument: string) => ({ PolicyName, PolicyDocument });
  const person = (UserName: string, UserId: string, ...UserPolicyList: object[]) => ({
    ...{ UserName, UserId, Path: '/', Arn: iam(`user/${UserName}`), CreateDate: READ_AT },
    ...{ UserPolicyList, GroupList: [], AttachedManagedPolicies: [], Tags: [{ Key: 'team', Value: 'red' }] },
  });
  const role = (path: string, RoleId: string, principal: object, ...RolePolicyList: object[]) => ({
    ...{ RoleName: path.split('/').at(-1), RoleId, Arn: iam(`role/${path}`), CreateDate: READ_AT },
    Path: `/${path
      .split('/')
      .slice(0, -1)
      .map((part) => `${part}/`)
      .join('')}`,
    AssumeRolePolicyDocument: document({ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }),
    ...{
      RolePolicyList,
      AttachedManagedPolicies: [],
      InstanceProfileList: [],
      Tags: [{ Key: 'stage', Value: 'old' }],
    },
  });
  const limited = document(
    allowing('kms:Encrypt', {
      StringEquals: { 'kms:EncryptionContext:app': 'shop', 'kms:ViaService': `ec2.${REGION}.amazonaws.com` },
    }),
    allowing(['kms:GenerateDataKey', 'kms:ReEncrypt*', 'ec2:Describe*', 'sts:AssumeRole']),
  );
  const keeps = document(
    allowing('kms:Decrypt', { 'ForAnyValue:StringEquals': { 'kms:EncryptionContextKeys': 'app' } }),
  );
  read(
    'iam:GetAccountAuthorizationDetails',
    {
      UserDetailList: [
        person('ann', 'AIDAUSER', inline('limited', limited)),
        person('reader', 'AIDAREADER'),
        person('keeper', 'AIDAKEEPER', inline('keeps', keeps)),
        ...Object.entries(users).map(([name, policy]) =>
          person(name, `AIDA${name.toUpperCase()}`, inline('own', policy)),
        ),
      ],
      GroupDetailList: [],
      RoleDetailList: [
        role('app/web', 'AROAWEB', { AWS: iam('root') }, inline('limited', limited)),
        role('aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling', 'AROASLR', {
          Service: 'autoscaling.amazonaws.com',
        }),
        role('build', 'AROABUILD', { Federated: Object.values(PROVIDER) }),
      ],
      Policies: [],
    },
    {},
    'global',
  );
  const ofAll = (operation: string, output: Json, input?: Json) => read(operation, output, input, 'global');
  ofAll('organizations:DescribeOrganization', {
    Organization: { Id: 'o-exampleorg', MasterAccountId: ACCOUNT },
  });
  ofAll('organizations:ListRoots', { Roots: [{ Id: 'r-ex01', PolicyTypes: [] }] });
  const ParentId = 'r-ex01';
  ofAll('organizations:ListOrganizationalUnitsForParent', { OrganizationalUnits: [] }, { ParentId });
  ofAll(
    'organizations:ListAccountsForParent',
    { Accounts: [ACCOUNT, OTHER].map((Id) => ({ Id, Name: Id, Status: 'ACTIVE' })) },
    { ParentId },
  );
  read('kms:ListKeys', { Keys: [KEY, SECOND].map((KeyArn) => ({ KeyArn, KeyId: KeyArn.split('/')[1] })) });
  read('kms:ListAliases', {
    Aliases: [
      { AliasName: 'alias/app', AliasArn: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app`, TargetKeyId: KEY_ID },
    ],
  });
  for (const Arn of [KEY, SECOND]) {
    const KeyId = Arn.split('/')[1];
    const Enabled = Arn === KEY;
    const metadata = {
      Arn,
      KeyId,
      AWSAccountId: ACCOUNT,
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      Origin: 'AWS_KMS',
    };
    read(
      'kms:DescribeKey',
      {
        KeyMetadata: {
          ...metadata,
          Enabled,
          KeyState: Enabled ? 'Enabled' : 'Disabled',
          CreationDate: READ_AT,
        },
      },
      { KeyId },
    );
    const root = { ...allowing('kms:*'), Principal: { AWS: iam('root') } };
    const logs = { ...allowing('kms:Encrypt*'), Principal: { Service: `logs.${REGION}.amazonaws.com` } };
    read('kms:GetKeyPolicy', { Policy: document(root, logs, ...onKeys) }, { KeyId, PolicyName: 'default' });
    const grant = { KeyId: Arn, GrantId: 'a'.repeat(64), IssuingAccount: iam('root'), CreationDate: READ_AT };
    const terms = {
      GranteePrincipal: iam('user/ann'),
      Operations: ['Decrypt'],
      Constraints: { EncryptionContextEquals: { app: 'bank' } },
    };
    read('kms:ListGrants', { Grants: Enabled ? [{ ...grant, ...terms }] : [] }, { KeyId });
    read('kms:ListResourceTags', { Tags: [{ TagKey: 'stage', TagValue: 'prod' }] }, { KeyId });
  }
  const [VolumeId, AvailabilityZone] = ['vol-0123456789abcdef0', `${REGION}a`];
  read('ec2:DescribeVolumes', {
    Volumes: [
      {
        ...{ VolumeId, AvailabilityZone, Size: 8, VolumeType: 'gp3', State: 'in-use', CreateTime: READ_AT },
        ...{ Encrypted: true, KmsKeyId: KEY },
        Attachments: [
          { VolumeId, InstanceId: INSTANCE, Device: '/dev/sdf', State: 'attached', AttachTime: READ_AT },
        ],
      },
    ],
  });
  read('ec2:DescribeInstances', {
    Reservations: [
      {
        ...{ ReservationId: 'r-0123456789abcdef0', OwnerId: ACCOUNT },
        Instances: [
          {
            ...{
              InstanceId: INSTANCE,
              ImageId: 'ami-0123456789abcdef0',
              InstanceType: 't3.micro',
              LaunchTime: READ_AT,
            },
            ...{ State: { Code: 80, Name: 'stopped' }, Placement: { AvailabilityZone } },
            BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeId, Status: 'attached' } }],
          },
        ],
      },
    ],
  });
  read('ec2:DescribeVpcs', {
    Vpcs: [
      { VpcId: 'vpc-0123456789abcdef0', CidrBlock: '10.0.0.0/16', OwnerId: ACCOUNT, State: 'available' },
    ],
  });
  read('ec2:DescribeVpcEndpoints', {
    VpcEndpoints: [kmsEndpoint(ENDPOINT, ACCOUNT, document({ ...allowing('kms:Encrypt'), Principal: '*' }))],
  });
  return all;
}

async function opened(from: Reads, records: readonly Json[]): Promise<ImportedWorld> {
  const history = new History();
  for (const record of records) history.addRecord(record, 'a log');
  return readAccountOf(from, history);
}

/** Questions to a world, with their whole answers. */
function transcriptOf(world: ImportedWorld, name: string) {
  const steps: string[] = [];
  /** `now`: what a call would be decided on that was never made. */
  const isNow = (name: string) => name === 'aws:CurrentTime' || name === 'aws:EpochTime';
  const shown = (value: unknown, { now = true } = {}) =>
    inspect(JSON.parse(JSON.stringify(value, (name, each) => (now || !isNow(name) ? each : undefined))), {
      depth: null,
      breakLength: 118,
      maxArrayLength: null,
      maxStringLength: null,
    });
  const silent = async (question: string, body: object): Promise<Json> =>
    Promise.resolve(world.questions[question]?.(body as Json)).then(
      (answer) => answer as Json,
      (error: Error) => ({ refused: error.message }),
    );
  return {
    silent,
    step: (title: string, text: string) => void steps.push(`${title}\n${text}`),
    facts: (facts: object) => void steps.push(`the same as facts\n${shown(facts)}`),
    ask: async (question: string, body: object = {}): Promise<Json> => {
      const answer = await silent(question, body);
      steps.push(`${question} ${JSON.stringify(body)}\n${shown(answer, { now: false })}`);
      return answer;
    },
    compare: () => compareSteps(goldenOf(import.meta.url, name), steps),
  };
}

/** In words, with what the words leave out. */
async function explained(t: ReturnType<typeof transcriptOf>, title: string, body: object): Promise<void> {
  const { text, call, checks, plan, allowedBy, unrecorded, basis, remedies } = await t.silent(
    'explain',
    body,
  );
  const conditions = (checks as { conditions: unknown; missing?: unknown }[]).map((each) => [
    each.conditions,
    each.missing,
  ]);
  const calls = (remedies as { kind?: string; calls?: unknown }[]).map((each) => [each.kind, each.calls]);
  t.step(title, String(text));
  t.facts({ call, conditions, plan, allowedBy, unrecorded, basis, calls });
}

test('a denied call of each kind of caller: what is known of the request, what is not, what was not read', async () => {
  const records = new Records();
  sessionsBegin(records);
  const calls = new Map<string, string>();
  const refused = denied('kms:Decrypt', KEY);
  for (const [kind, identity] of Object.entries(IDENTITIES))
    calls.set(kind, records.onKeys('Decrypt', CONTEXT, [KEY], { ...identity, ...refused }));
  calls.set('a grant', records.onKeys('CreateGrant', GRANT, [KEY], denied('kms:CreateGrant', KEY)));
  calls.set(
    'a grant without parameters',
    records.onKeys('CreateGrant', null, [KEY], denied('kms:CreateGrant', KEY)),
  );
  calls.set('without a context', records.onKeys('Decrypt', null, [KEY], refused));
  calls.set(
    'without a context, of one whom it is asked of',
    records.onKeys('Decrypt', null, [KEY], { userIdentity: keeper, ...refused }),
  );
  const start = { instancesSet: { items: [{ instanceId: INSTANCE }] } };
  const began = records.add('StartInstances', start, { eventSource: 'ec2.amazonaws.com', readOnly: false });
  calls.set(
    'a grant for a volume of an instance that was started',
    records.onKeys('CreateGrant', null, [KEY], {
      ...IDENTITIES['a user through EC2'],
      ...denied('kms:CreateGrant', KEY),
      requestID: began,
    }),
  );
  calls.set('to another key', records.onKeys('ReEncrypt', null, [], denied('kms:ReEncryptTo', SECOND)));
  calls.set(
    'of a session policy',
    records.onKeys('Encrypt', { keyId: 'alias/app' }, [], {
      ...IDENTITIES['a session'],
      ...denied('kms:Encrypt', KEY, 'because no session policy allows the kms:Encrypt action'),
    }),
  );
  calls.set(
    'explicitly, by whom nobody read',
    records.onKeys('Encrypt', null, [], {
      ...IDENTITIES['a role that was not read'],
      ...denied('kms:Encrypt', KEY, 'with an explicit deny in an identity-based policy'),
    }),
  );
  calls.set('of no key', records.add('ListKeys', null, denied('kms:ListKeys', '*')));
  const ofEc2 = denied('ec2:DeleteVolume', `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/vol-1`);
  calls.set(
    'of another service',
    records.add('DeleteVolume', null, {
      eventSource: 'ec2.amazonaws.com',
      errorCode: 'Client.UnauthorizedOperation',
      errorMessage: `You are not authorized to perform this operation. ${ofEc2.errorMessage}`,
    }),
  );
  calls.set(
    'of a role',
    records.add('AssumeRole', null, {
      eventSource: 'sts.amazonaws.com',
      ...denied('sts:AssumeRole', iam('role/gone')),
    }),
  );
  calls.set(
    'a data key of so many bytes',
    records.onKeys('GenerateDataKey', { keyId: KEY, numberOfBytes: 64 }, [KEY], {
      userIdentity: keeper,
      ...denied('kms:GenerateDataKey', KEY),
    }),
  );
  const alias = `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app`;
  for (const [name, parameters] of [
    ['CreateAlias', { aliasName: 'alias/app', targetKeyId: KEY }],
    ['UpdateAlias', { aliasName: 'alias/app', targetKeyId: SECOND }],
    ['DeleteAlias', { aliasName: 'alias/app' }],
  ] as const)
    calls.set(`an alias: ${name}`, records.onKeys(name, parameters, [], denied(`kms:${name}`, alias)));
  const assumed = { roleArn: iam('role/build'), roleSessionName: 'one' };
  const sts = { eventSource: 'sts.amazonaws.com', errorCode: 'AccessDenied', errorMessage: 'Not authorized' };
  const bySaml = { type: 'SAMLUser', principalId: 'jane', userName: 'jane' };
  const byToken = {
    type: 'WebIdentityUser',
    principalId: `${PROVIDER.token}:sts.amazonaws.com:repo:octo/app`,
    userName: 'repo:octo/app',
  };
  for (const [name, userIdentity, more] of [
    ['AssumeRoleWithWebIdentity', byToken, {}],
    ['AssumeRoleWithSAML', bySaml, { principalArn: PROVIDER.saml }],
  ] as const)
    calls.set(name, records.add(name, { ...assumed, ...more }, { userIdentity, ...sts }));
  const world = await opened(reads(), records.all);
  const t = transcriptOf(world, 'callers');
  for (const [kind, subject] of calls) await explained(t, kind, { subject });
  t.compare();
});

/** In AWS's words, of each kind of policy. */
const SAID = [
  ...[
    'identity-based',
    'resource-based',
    'session',
    'service control',
    'resource control',
    'VPC endpoint',
  ].map((kind) => `${kind} policy`),
  'permissions boundary',
];

test('what AWS said of a denial is what is said of it, whatever the policies that were read would say', async () => {
  const records = new Records();
  const barred = document({ Effect: 'Deny', Action: 'kms:*', Resource: '*' });
  const world = { ...user, principalId: 'AIDABARRED', arn: iam('user/barred'), userName: 'barred' };
  const calls = new Map<string, string>();
  for (const [who, userIdentity] of Object.entries({ ann: user, barred: world }))
    for (const kind of SAID)
      for (const why of [
        `because no ${kind} allows the kms:Decrypt action`,
        `with an explicit deny in a ${kind}`,
      ])
        calls.set(
          `${who} ${why}`,
          records.onKeys('Decrypt', null, [KEY], { userIdentity, ...denied('kms:Decrypt', KEY, why) }),
        );
  const account = await opened(reads({ barred }), records.all);
  const t = transcriptOf(account, 'sentences');
  for (const [why, subject] of calls) {
    const { headline, checks, open } = await t.silent('explain', { subject });
    const [check] = (checks ?? []) as object[];
    t.step(why, `${headline}${open ? `\n${open}` : ''}`);
    t.facts({ ...check, policies: undefined, conditions: undefined, principal: undefined });
  }
  t.compare();
});

test('what AWS said is kept, whatever was read: a deny that nobody read, one that is left open, one that was put there since', async () => {
  const records = new Records();
  const fenced = document(allowing('kms:*'), {
    ...allowing('kms:*', { StringEquals: { 'kms:EncryptionContext:app': 'shop' } }),
    Effect: 'Deny',
  });
  const barred = document({ Effect: 'Deny', Action: 'kms:*', Resource: '*' });
  const noEncryption = {
    ...allowing('kms:Encrypt'),
    Effect: 'Deny',
    Principal: { AWS: iam('user/shut') },
  };
  const put = (policyDocument: string) =>
    records.add(
      'PutUserPolicy',
      { userName: 'barred', policyName: 'own', policyDocument },
      { eventSource: 'iam.amazonaws.com', readOnly: false },
    );
  put(document(allowing('ec2:*')));
  const person = (name: string) => ({
    ...user,
    principalId: `AIDA${name.toUpperCase()}`,
    arn: iam(`user/${name}`),
    userName: name,
  });
  const control = `arn:aws:organizations::${OTHER}:policy/o-exampleorg/service_control_policy/p-examplepolicy`;
  const calls = (
    [
      [
        'by a policy of the organization, and allowed by all that was read',
        'ann',
        'GenerateDataKey',
        `with an explicit deny in a service control policy: ${control}`,
      ],
      [
        'by the boundary, and lacking an allow besides',
        'ann',
        'Sign',
        'with an explicit deny in a permissions boundary',
      ],
      [
        'by a statement whose condition is not recorded',
        'fenced',
        'Decrypt',
        'with an explicit deny in an identity-based policy',
      ],
      [
        'for want of an allow in a policy of the organization',
        'ann',
        'GenerateDataKey',
        'because no service control policy allows the kms:GenerateDataKey action',
      ],
      [
        'by a policy of his own, and by the key policy besides',
        'shut',
        'Encrypt',
        'with an explicit deny in an identity-based policy',
      ],
      [
        'for want of an allow, and by a statement that may have been put there since',
        'shut',
        'Decrypt',
        'because no identity-based policy allows the kms:Decrypt action',
      ],
      [
        'for want of an allow, and by a statement that was put there since',
        'barred',
        'Decrypt',
        'because no identity-based policy allows the kms:Decrypt action',
      ],
      [
        'for a reason that AWS did not give, of one whom a statement may have denied it',
        'fenced',
        'Encrypt',
        '',
      ],
    ] as const
  ).map(([title, name, operation, why]) => ({
    title,
    subject: records.onKeys(operation, null, [KEY], {
      userIdentity: name === 'ann' ? user : person(name),
      errorCode: 'AccessDenied',
      errorMessage:
        `User: ${iam(`user/${name}`)} is not authorized to perform: kms:${operation} on resource: ${KEY} ${why}`.trim(),
    }),
  }));
  put(barred);
  const t = transcriptOf(
    await opened(reads({ fenced, barred, shut: barred }, noEncryption), records.all),
    'unread-denies',
  );
  for (const { title, subject } of calls) {
    await explained(t, title, { subject });
    // Denials of one action differ by their sentences alone.
    const { errorMessage } = records.all.find(({ eventID }) => eventID === subject) as Json;
    const pasted = await t.silent('explain', { subject: errorMessage as string });
    assert.equal((pasted.event as Json).eventID, subject);
  }
  t.compare();
});

test('a grant that was made, or refused, by who holds one: the terms of both decide', async () => {
  const from = reads({ holder: document(allowing('ec2:*')) });
  const held = {
    ...{ KeyId: KEY, GrantId: 'b'.repeat(64), IssuingAccount: iam('root'), CreationDate: READ_AT },
    GranteePrincipal: iam('user/holder'),
    Operations: ['Decrypt', 'CreateGrant'],
    Constraints: { EncryptionContextSubset: { app: 'shop' } },
  };
  from.add({
    ...{ operation: 'kms:ListGrants', account: ACCOUNT, region: REGION, input: { KeyId: KEY_ID } },
    ...{ output: { Grants: [held] }, at: '2025-03-02T00:01:00Z', by: iam('user/reader'), from: 'aws' },
  });
  const records = new Records();
  const userIdentity = { ...user, principalId: 'AIDAHOLDER', arn: iam('user/holder'), userName: 'holder' };
  const shop = { encryptionContextSubset: { app: 'shop' } };
  const terms: Readonly<Record<string, Json | null>> = {
    'of the same terms': { operations: ['Decrypt', 'CreateGrant'], constraints: shop },
    'of fewer operations': { operations: ['Decrypt'], constraints: shop },
    'of other operations': { operations: ['Encrypt'], constraints: shop },
    'of any context': { operations: ['Decrypt'] },
    'of terms that are not recorded': null,
  };
  const calls = Object.entries(terms).flatMap(([title, more]) =>
    [{}, denied('kms:CreateGrant', KEY)].map((outcome) => ({
      title: `${title}, ${'errorCode' in outcome ? 'refused' : 'made'}`,
      subject: records.onKeys('CreateGrant', more && { ...GRANT, constraints: undefined, ...more }, [KEY], {
        ...{ userIdentity, readOnly: false },
        ...outcome,
      }),
    })),
  );
  const t = transcriptOf(await opened(from, records.all), 'grants');
  for (const { title, subject } of calls) await explained(t, title, { subject });
  t.compare();
});

interface Check {
  readonly coverage: Parameters<typeof renderCheck>[1];
  readonly calibration: Parameters<typeof renderCheck>[2];
}

/** For each key the value that some of the callers have: others fall under a Deny that holds unless it is so. */
const HELD: Readonly<Record<string, string>> = {
  'aws:PrincipalArn': iam('user/ann'),
  'aws:PrincipalAccount': ACCOUNT,
  'aws:PrincipalType': 'User',
  'aws:userid': 'AIDAUSER',
  'aws:username': 'ann',
  'aws:PrincipalTag/team': 'red',
  'aws:PrincipalTag/stage': 'prod',
  'aws:SourceIdentity': 'ann',
  'aws:MultiFactorAuthPresent': 'true',
  'aws:MultiFactorAuthAge': '60',
  'aws:TokenIssueTime': '2025-03-01T00:00:00Z',
  'aws:FederatedProvider': PROVIDER.token,
  'aws:ViaAWSService': 'true',
  'aws:CalledViaFirst': 'ec2.amazonaws.com',
  'aws:CalledViaLast': 'lambda.amazonaws.com',
  'kms:ViaService': `ec2.${REGION}.amazonaws.com`,
  'aws:SourceIp': '192.0.2.7',
  'aws:VpcSourceIp': '10.0.0.5',
  'aws:SourceVpce': ENDPOINT,
  'aws:SourceVpc': 'vpc-0123456789abcdef0',
  'aws:PrincipalIsAWSService': 'true',
  'aws:PrincipalServiceName': `logs.${REGION}.amazonaws.com`,
  'aws:SourceAccount': ACCOUNT,
  'aws:RequestedRegion': REGION,
  'aws:SecureTransport': 'false',
  'aws:UserAgent': 'aws-cli/2.15.0',
  'aws:PrincipalOrgID': 'o-exampleorg',
  'aws:PrincipalOrgPaths': 'o-exampleorg/r-ex01/',
  'aws:ResourceOrgID': 'o-another',
  'aws:ResourceAccount': OTHER,
  'aws:ResourceTag/stage': 'test',
  'kms:ResourceAliases': 'alias/other',
  'kms:CallerAccount': ACCOUNT,
  'kms:EncryptionContext:app': 'shop',
  'kms:EncryptionContext:none': 'shop',
  'kms:KeySpec': 'RSA_2048',
};

test('what each condition key would break, for each kind of caller whose uses are recorded', async () => {
  const records = new Records();
  sessionsBegin(records);
  for (const [kind, identity] of Object.entries(IDENTITIES)) {
    const context = { encryptionContext: { app: kind === 'a user' ? 'shop' : 'bank' } };
    for (let at = 0; at < (kind === 'a session' ? 2 : 1); at++)
      records.onKeys('GenerateDataKey', { keyId: KEY, keySpec: 'AES_256', ...context }, [KEY], identity);
  }
  records.onKeys('CreateGrant', GRANT, [KEY], { ...IDENTITIES['the root user'], readOnly: false });
  records.onKeys('CreateGrant', { ...GRANT, constraints: undefined, operations: ['Encrypt'] }, [KEY], {
    ...IDENTITIES['the root user'],
    userIdentity: {
      ...(IDENTITIES['the root user']?.userIdentity as object),
      invokedBy: 'rds.amazonaws.com',
    },
  });
  records.onKeys('ReEncrypt', CONTEXT, [KEY, SECOND]);
  records.onKeys('Encrypt', CONTEXT, [KEY], { errorCode: 'DisabledException' });
  records.onKeys('Encrypt', CONTEXT, [KEY], { errorCode: 'ThrottlingException' });
  records.onKeys('Encrypt', CONTEXT, [KEY], denied('kms:Encrypt', KEY));
  // The same again, by a session, earlier and later than the others of its kind.
  for (const at of ['2025-02-27T00:00:00Z', '2025-04-01T00:00:00Z'])
    records.onKeys(
      'GenerateDataKey',
      { keyId: SECOND, keySpec: 'AES_256', encryptionContext: { at } },
      [SECOND],
      {
        ...IDENTITIES['a session'],
        eventTime: at,
      },
    );
  const alias = `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app`;
  for (const [name, parameters, keys] of [
    ['CreateAlias', { aliasName: 'alias/app', targetKeyId: KEY }, [alias, KEY]],
    ['UpdateAlias', { aliasName: 'alias/app', targetKeyId: SECOND }, [alias, KEY, SECOND]],
    ['DeleteAlias', { aliasName: 'alias/app' }, [alias, SECOND]],
    ['DeleteAlias', null, []],
  ] as const)
    records.onKeys(name, parameters, keys, { readOnly: false, ...IDENTITIES['the root user'] });
  records.add('ListKeys', null);
  records.add('DescribeVolumes', {}, { eventSource: 'ec2.amazonaws.com' });
  records.add('GetObject', {}, { eventSource: 's3.amazonaws.com' });
  const world = await opened(reads(), records.all);
  const t = transcriptOf(world, 'uses');
  const { coverage, calibration } = (await t.silent('check', {})) as unknown as Check;
  // What nobody has read grows with what is read elsewhere.
  const places = coverage.places.map((place) => ({ ...place, missing: place.missing.slice(0, 1) }));
  const shown = { ...coverage, places };
  t.facts({ coverage: shown, calibration });
  t.step('in words', renderCheck('DIR', shown, calibration));
  const root = { ...allowing('kms:*'), Principal: { AWS: iam('root') } };
  const logs = {
    ...allowing('kms:*'),
    Principal: {
      Service: ['logs', 'delivery.logs'].map(
        (name) => `${name}.${name === 'logs' ? `${REGION}.` : ''}amazonaws.com`,
      ),
    },
  };
  const unless = (key: string, value: string) =>
    document(root, logs, {
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:*',
      Resource: '*',
      Condition: { StringNotEquals: { [key]: value } },
    });
  const named = (uses: unknown) =>
    (uses as { who: string; action: string; invokedBy?: string; count: number; missing?: string[] }[])
      .map(
        ({ who, action, invokedBy, count, missing }) =>
          `  ${who}: ${action}${invokedBy ? ` by ${invokedBy}` : ''}, ${count}${missing ? `, depends on ${missing.join(', ')}` : ''}`,
      )
      .sort()
      .join('\n');
  const keys = {
    ...HELD,
    'kms:GrantIsForAWSResource': 'true',
    'kms:GrantConstraintType': 'EncryptionContextSubset',
  };
  for (const [key, value] of Object.entries(keys)) {
    const {
      denied: lost,
      undecided,
      refused,
    } = await t.silent('what-if', {
      target: 'alias/app',
      policy: unless(key, value),
    });
    t.step(
      `unless ${key} is ${value}`,
      String(refused ?? `denied\n${named(lost)}\nundecided\n${named(undecided)}`),
    );
  }
  const words = (answer: Json) =>
    'refused' in answer ? String(answer.refused) : renderRecordedWhatIf(answer as never);
  for (const change of [
    { target: 'alias/app', policy: document(root) },
    { target: 'alias/app', policy: document(logs) },
    {
      target: 'alias/app',
      policy: document(root, logs, {
        ...allowing('kms:Encrypt', { StringEquals: { 'kms:ViaService': `rds.${REGION}.amazonaws.com` } }),
        Principal: { AWS: iam('user/reader') },
      }),
    },
    { target: 'alias/app', state: 'disabled' },
    { target: 'alias/app', revokeGrant: 'a'.repeat(64) },
    { target: 'user/ann', inline: 'limited', policy: document(allowing('kms:Decrypt')) },
    { target: 'user/ann', removeInline: 'limited' },
    { target: 'role/web', boundary: true, policy: document(allowing('kms:Encrypt')) },
    { target: 'user/none', removeInline: 'limited' },
    { target: 'alias/app', policy: document(root, logs) },
  ]) {
    const answer = await t.silent('what-if', change);
    t.step(`what-if ${JSON.stringify(change)}`, words(answer));
    const { judged, since, days, hasVerdict, agreement, leavesAccountOut, provided } = answer;
    if (!answer.refused) t.facts({ judged, since, days, hasVerdict, agreement, leavesAccountOut, provided });
  }
  t.step('who-can, in words', renderWhoCan((await t.ask('who-can', { key: 'alias/app' })) as never));
  for (const key of [SECOND, 'alias/none']) await t.ask('who-can', { key, action: 'Decrypt' });
  for (const principal of ['user/ann', 'role/web', 'user/none']) await t.ask('what-can', { principal });
  for (const through of [undefined, 'ec2:StartInstances'])
    await t.ask('can', { principal: 'user/ann', action: 'kms:Encrypt', resource: 'alias/app', through });
  await t.ask('audit');
  for (const subject of [
    'alias/app',
    'user/ann',
    'role/web',
    'i-0123456789abcdef0',
    'user/none',
    KEY_ID,
    SECOND,
  ])
    await explained(t, subject, { subject });
  t.compare();
});

/** What a service was refused for somebody's call: made again, the call is the caller's own, as it came and with what it said. */
const AGAIN: Readonly<Record<string, readonly [condition: object, call?: Json]>> = {
  address: [{ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } }],
  region: [{ StringEquals: { 'aws:RequestedRegion': REGION } }],
  mfa: [{ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }],
  name: [{ StringEquals: { 'aws:username': 'name' } }],
  tag: [
    { StringEquals: { 'aws:RequestTag/team': 'blue' } },
    { tagSpecificationSet: { items: [{ resourceType: 'volume', tags: [{ key: 'team', value: 'blue' }] }] } },
  ],
  type: [{ StringEquals: { 'ec2:VolumeType': 'gp3' } }, { volumeType: 'gp3' }],
};

test('a call that is made again has what its record tells of it: no more is missing than was refused', async () => {
  const records = new Records();
  const denials = new Map<string, string>();
  const volume = { size: '8', zone: `${REGION}a`, encrypted: true, masterEncryptionKeyId: KEY };
  for (const [name, [, parameters]] of Object.entries(AGAIN)) {
    const attributes = { mfaAuthenticated: String(name === 'mfa'), creationDate: '2025-03-01T00:00:00Z' };
    const userIdentity = {
      ...{ ...user, principalId: `AIDA${name.toUpperCase()}`, arn: iam(`user/${name}`), userName: name },
      ...(name === 'mfa' && { sessionContext: { attributes } }),
    };
    const ec2 = { eventSource: 'ec2.amazonaws.com', readOnly: false, userIdentity };
    const requestID = records.add('CreateVolume', { ...volume, ...parameters }, ec2);
    const through = { userIdentity: { ...userIdentity, invokedBy: 'ec2-frontend-api.amazonaws.com' } };
    const action = 'kms:GenerateDataKeyWithoutPlaintext';
    const kms = { ...through, ...denied(action, KEY), requestID, sourceIPAddress: 'ec2.amazonaws.com' };
    denials.set(name, records.onKeys('GenerateDataKeyWithoutPlaintext', null, [KEY], kms));
  }
  const policies = Object.entries(AGAIN).map(([name, [condition]]) => [
    name,
    document(allowing('ec2:CreateVolume', condition), allowing('ec2:CreateTags')),
  ]);
  const world = await opened(reads(Object.fromEntries(policies)), records.all);
  for (const [name, subject] of denials) {
    const answer = (await world.questions.explain?.({ subject })) as unknown as Explanation & {
      text: string;
    };
    assert.equal(answer.remediesVerified, true, `${name}: ${answer.text}`);
    assert.deepEqual(
      answer.plan?.filter(({ allowed }) => !allowed).map(({ action }) => action),
      ['kms:GenerateDataKeyWithoutPlaintext'],
      `${name}: ${answer.text}`,
    );
  }
});

test('what one read was refused: it is open for whom that may let in, and for nobody else', async () => {
  const from = reads();
  const third = KEY.replace('1234abcd', '9abcabcd');
  const KeyId = third.split('/')[1] as string;
  const add = (operation: string, input: Json, answer: Pick<Read, 'output' | 'refused'>) =>
    from.add({
      ...{ operation: `kms:${operation}`, account: ACCOUNT, region: REGION, input, from: 'aws' },
      ...{ at: '2025-03-02T00:01:00Z', by: iam('user/reader') },
      ...answer,
    });
  const keys = [KEY, SECOND, third].map((KeyArn) => ({ KeyArn, KeyId: KeyArn.split('/')[1] }));
  add('ListKeys', {}, { output: { Keys: keys } });
  const metadata = { Arn: third, KeyId, AWSAccountId: ACCOUNT, KeyManager: 'CUSTOMER', Origin: 'AWS_KMS' };
  const KeyMetadata = {
    ...{ ...metadata, KeySpec: 'SYMMETRIC_DEFAULT', KeyUsage: 'ENCRYPT_DECRYPT' },
    ...{ Enabled: true, KeyState: 'Enabled', CreationDate: READ_AT },
  };
  add('DescribeKey', { KeyId }, { output: { KeyMetadata } });
  const Policy = document({
    ...allowing(['kms:Put*', 'kms:Encrypt', 'kms:GenerateDataKey']),
    Principal: { AWS: iam('root') },
  });
  add('GetKeyPolicy', { KeyId, PolicyName: 'default' }, { output: { Policy } });
  add('ListGrants', { KeyId }, { refused: { code: 'AccessDenied', message: 'not authorized' } });
  const world = await opened(from, []);
  const t = transcriptOf(world, 'unread');
  for (const principal of ['user/ann', 'user/reader', 'role/web'])
    for (const action of [
      'Encrypt',
      'GenerateDataKey',
      'Decrypt',
      'CreateGrant',
      'DescribeKey',
      'PutKeyPolicy',
    ]) {
      const { verdict, headline } = await t.silent('can', {
        principal,
        action: `kms:${action}`,
        resource: third,
      });
      t.step(`can ${principal} kms:${action}`, `${verdict}: ${headline}`);
    }
  await t.ask('who-can', { key: third });
  const { store, ports } = world.runtime;
  const asked = { keys: ['alias/app', SECOND, third], account: ACCOUNT, region: REGION };
  t.facts(await store.read((tx) => keyUserCounts({ tx, ports }, asked, () => false)));
  t.compare();
});
