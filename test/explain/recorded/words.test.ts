/**
 * What recorded calls are taken to have asked, how that comes out with the policies of now and of then, and what a change would
 * have done to them: each kind of caller, call and change, in one made-up account.
 */
import { test } from 'node:test';
import type { Explanation } from '../../../src/explain/denial/explanation.ts';
import { Timelines } from '../../../src/explain/history/timelines.ts';
import { passedCalls } from '../../../src/explain/planned/passed-calls.ts';
import { basisOf } from '../../../src/explain/recorded/basis.ts';
import { calibrate } from '../../../src/explain/recorded/calibrate.ts';
import { coverageOf } from '../../../src/explain/recorded/coverage.ts';
import { rebuiltAnswers, withRebuilt } from '../../../src/explain/recorded/rebuilt/rebuilt-account.ts';
import { type RecordedQuestion, RecordedQuestions } from '../../../src/explain/recorded/recorded-question.ts';
import type { RecordedWorld } from '../../../src/explain/recorded/recorded-world.ts';
import { SessionStarts } from '../../../src/explain/recorded/session-starts.ts';
import { whatIfRecorded } from '../../../src/explain/recorded/what-if-recorded.ts';
import type { KeptHistory } from '../../../src/import/cloudtrail/history.ts';
import type { KeptEvent, Use } from '../../../src/import/cloudtrail/use.ts';
import { type Read, Reads } from '../../../src/import/snapshot/snapshot.ts';
import { isUnknown } from '../../../src/invoke/condition-lookup.ts';
import { type Described, noteOrigin } from '../../../src/invoke/imported/described.ts';
import { policy, statement } from '../../worlds/account.ts';
import { ONE_USE } from '../../worlds/one-use.ts';
import { accountReader, kmsEndpoint, readInto } from '../../worlds/read-account.ts';
import { wordsOf } from '../../worlds/words.ts';

const ACCOUNT = '111122223333';
const OTHER = '444455556666';
const REGION = 'us-east-1';
const READ_AT = '2026-11-10T00:00:00Z';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const arnOf = (keyId: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${keyId}`;
const [KEY, SECOND] = [arnOf(KEY_ID), arnOf('ffffffff-12ab-34cd-56ef-1234567890ab')];
const iam = (resource: string, account = ACCOUNT) => `arn:aws:iam::${account}:${resource}`;
/** As AWS gives them to users and roles. */
const uniqueId = (kind: 'AIDA' | 'AROA', name: string) => `${kind}${name.toUpperCase()}`.padEnd(21, 'X');
const ENDPOINT = 'vpce-0123456789abcdef0';
const PROVIDER = iam('oidc-provider/idp.example');

type Json = Readonly<Record<string, unknown>>;
const denying = (Action: string) => ({ ...statement(Action), Effect: 'Deny' });

/** A file of what is printed of each case. */
const words = wordsOf(import.meta.url);

const MANAGED = iam('policy/team/app');
const BOUND = iam('policy/bound');
const SCP = 'arn:aws:organizations::111122223333:policy/o-example/service_control_policy/p-guard';

function reads(): Reads {
  const all = new Reads();
  const read = readInto(all, { account: ACCOUNT, region: REGION, at: READ_AT });
  const ofAll = (operation: string, output: Json, input?: Json) => read(operation, output, input, 'global');
  const person = (UserName: string, more: Json = {}) => ({
    ...{
      UserName,
      UserId: uniqueId('AIDA', UserName),
      Path: '/',
      Arn: iam(`user/${UserName}`),
      CreateDate: READ_AT,
    },
    ...{ UserPolicyList: [], GroupList: [], AttachedManagedPolicies: [], Tags: [], ...more },
  });
  const own = (PolicyDocument: string) => ({ UserPolicyList: [{ PolicyName: 'own', PolicyDocument }] });
  const attached = (PolicyArn: string) => ({
    AttachedManagedPolicies: [{ PolicyArn, PolicyName: PolicyArn.split('/').at(-1) }],
  });
  const managed = (Arn: string, ...documents: readonly string[]) => ({
    ...{
      Arn,
      PolicyName: Arn.split('/').at(-1),
      PolicyId: `ANPA${Arn.split('/').at(-1)}`,
      DefaultVersionId: `v${documents.length}`,
    },
    PolicyVersionList: documents.map((Document, at) => ({
      ...{ VersionId: `v${at + 1}`, Document, IsDefaultVersion: at === documents.length - 1 },
      CreateDate: at === 0 ? '2026-10-01T00:00:00Z' : '2026-11-05T00:00:00Z',
    })),
  });
  ofAll('iam:GetAccountAuthorizationDetails', {
    UserDetailList: [
      person('ann', { ...own(policy(statement('kms:*'))), Tags: [{ Key: 'team', Value: 'blue' }] }),
      person('bob'),
      person('cid', attached(MANAGED)),
      person('dan', { GroupList: ['devs'] }),
      person('eve', {
        ...own(policy(statement('*'))),
        PermissionsBoundary: { PermissionsBoundaryArn: BOUND, PermissionsBoundaryType: 'Policy' },
      }),
      person(
        'fay',
        own(
          policy(
            statement('kms:Encrypt', { Condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } } }),
          ),
        ),
      ),
    ],
    GroupDetailList: [
      {
        GroupName: 'devs',
        GroupId: 'AGPA1',
        Arn: iam('group/devs'),
        Path: '/',
        GroupPolicyList: [{ PolicyName: 'all', PolicyDocument: policy(statement('kms:*')) }],
        AttachedManagedPolicies: [],
      },
    ],
    RoleDetailList: [
      {
        ...{
          RoleName: 'app',
          RoleId: uniqueId('AROA', 'app'),
          Arn: iam('role/team/app'),
          Path: '/team/',
          CreateDate: READ_AT,
          InstanceProfileList: [],
          Tags: [],
        },
        AssumeRolePolicyDocument: policy({
          Effect: 'Allow',
          Principal: { AWS: iam('user/ann') },
          Action: 'sts:AssumeRole',
        }),
        RolePolicyList: [{ PolicyName: 'own', PolicyDocument: policy(statement('kms:*')) }],
        AttachedManagedPolicies: [],
      },
    ],
    Policies: [
      managed(MANAGED, policy(statement('kms:Encrypt')), policy(denying('kms:Encrypt'))),
      managed(BOUND, policy(statement('kms:Decrypt'))),
    ],
  });
  ofAll('organizations:DescribeOrganization', { Organization: { Id: 'o-example', MasterAccountId: OTHER } });
  ofAll('organizations:ListRoots', {
    Roots: [{ Id: 'r-ab12', PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] }],
  });
  const ParentId = 'r-ab12';
  ofAll('organizations:ListOrganizationalUnitsForParent', { OrganizationalUnits: [] }, { ParentId });
  ofAll(
    'organizations:ListAccountsForParent',
    { Accounts: [ACCOUNT, OTHER].map((Id) => ({ Id, Name: Id, Status: 'ACTIVE' })) },
    { ParentId },
  );
  const summary = {
    Id: 'p-guard',
    Arn: SCP,
    Name: 'guard',
    Type: 'SERVICE_CONTROL_POLICY',
    AwsManaged: false,
  };
  ofAll('organizations:ListPolicies', { Policies: [summary] }, { Filter: 'SERVICE_CONTROL_POLICY' });
  ofAll('organizations:ListPolicies', { Policies: [] }, { Filter: 'RESOURCE_CONTROL_POLICY' });
  const PolicyId = 'p-guard';
  ofAll(
    'organizations:DescribePolicy',
    { Policy: { PolicySummary: summary, Content: policy(statement('*')) } },
    { PolicyId },
  );
  ofAll(
    'organizations:ListTargetsForPolicy',
    {
      Targets: [
        { TargetId: 'r-ab12', Type: 'ROOT' },
        { TargetId: ACCOUNT, Type: 'ACCOUNT' },
      ],
    },
    { PolicyId },
  );

  const keys = [KEY, SECOND];
  read('kms:ListKeys', { Keys: keys.map((KeyArn) => ({ KeyArn, KeyId: KeyArn.split('/')[1] })) });
  read('kms:ListAliases', {
    Aliases: [
      { AliasName: 'alias/app', AliasArn: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app`, TargetKeyId: KEY_ID },
    ],
  });
  for (const Arn of keys) {
    const KeyId = Arn.split('/')[1];
    const metadata = {
      AWSAccountId: ACCOUNT,
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      Origin: 'AWS_KMS',
    };
    read(
      'kms:DescribeKey',
      { KeyMetadata: { ...metadata, Arn, KeyId, Enabled: true, KeyState: 'Enabled', CreationDate: READ_AT } },
      { KeyId },
    );
    const root = { ...statement('kms:*'), Principal: { AWS: iam('root') } };
    const far = {
      ...statement('kms:*'),
      Principal: {
        AWS: [
          iam('user/far', OTHER),
          iam('role/far', OTHER),
          `arn:aws:sts::${OTHER}:assumed-role/near/one`,
          iam('root', OTHER),
        ],
      },
    };
    const logs = { ...statement('kms:Encrypt'), Principal: { Service: `logs.${REGION}.amazonaws.com` } };
    read(
      'kms:GetKeyPolicy',
      { Policy: Arn === KEY ? policy(root, far, logs) : policy({ ...root, Action: 'kms:Put*' }) },
      { KeyId, PolicyName: 'default' },
    );
    const grant = { KeyId: Arn, GrantId: 'a'.repeat(64), IssuingAccount: iam('root'), CreationDate: READ_AT };
    read(
      'kms:ListGrants',
      {
        Grants: Arn === KEY ? [{ ...grant, GranteePrincipal: iam('user/bob'), Operations: ['Decrypt'] }] : [],
      },
      { KeyId },
    );
    read('kms:ListResourceTags', { Tags: [{ TagKey: 'stage', TagValue: 'prod' }] }, { KeyId });
  }
  read('ec2:DescribeVpcEndpoints', {
    VpcEndpoints: [kmsEndpoint(ENDPOINT, ACCOUNT, policy({ ...statement('kms:Encrypt'), Principal: '*' }))],
  });
  return all;
}

const world = await accountReader()(reads());
const reading = <T>(ask: (from: RecordedWorld) => Promise<T>): Promise<T> => {
  const { store, ports, registry } = world.runtime;
  return store.read((tx) => ask({ tx, ports, registry }));
};

const AT = '2026-11-02T12:00:00Z';
const use = (more: Partial<Use> = {}): Use => ({
  ...ONE_USE,
  ...{ identity: 'IAMUser', arn: iam('user/ann'), id: uniqueId('AIDA', 'ann') },
  ...{ account: ACCOUNT, recipient: ACCOUNT, addresses: ['192.0.2.7'] },
  ...{ region: REGION, source: 'kms', name: 'Encrypt', resource: KEY, first: AT, last: AT },
  ...more,
});
const by = (name: string, more: Partial<Use> = {}) =>
  use({ arn: iam(`user/${name}`), id: uniqueId('AIDA', name), ...more });
const denied = (action: string, more: Partial<Use> = {}): Partial<Use> => ({
  ...{
    name: action.split(':')[1],
    error: 'AccessDenied',
    denied: action,
    reason: 'no identity-based policy',
    context: '?',
    ...more,
  },
});
const session: Partial<Use> = {
  identity: 'AssumedRole',
  arn: iam('role/team/app'),
  id: uniqueId('AROA', 'app'),
  sessions: ['one'],
  mfa: ['false'],
};
const abroad = (id: string): Partial<Use> => ({ identity: 'AWSAccount', arn: '', id, account: OTHER });
const via = (invokedBy: string): Partial<Use> => ({ invokedBy, addresses: [invokedBy] });

/** Each with how it differs from a user's own call of Encrypt. */
const USES: Readonly<Record<string, Partial<Use>>> = {
  'a user': {},
  'the root user': { identity: 'Root', arn: iam('root'), id: ACCOUNT },
  'a session': session,
  'several sessions': { ...session, sessions: ['one', 'two'], mfa: ['false', 'true'] },
  'many sessions': { ...session, sessions: ['*'] },
  'a session with MFA': { ...session, mfa: ['true'] },
  'a user’s session without MFA': { mfa: ['false'] },
  'a service-linked role': {
    ...session,
    arn: iam('role/aws-service-role/x.amazonaws.com/X'),
    id: uniqueId('AROA', 'x'),
  },
  'EC2 for an instance': { ...session, arn: iam('role/aws:ec2-infrastructure') },
  'a federated user': { identity: 'FederatedUser', sessions: ['fay'] },
  'a federated user of the root user': {
    identity: 'FederatedUser',
    arn: iam('root'),
    id: ACCOUNT,
    sessions: [],
  },
  'a federated user of nobody': { identity: 'FederatedUser', id: '' },
  'a federated user of a role': { identity: 'FederatedUser', arn: iam('role/x') },
  'Identity Center': { identity: 'IdentityCenterUser' },
  'a directory': { identity: 'Directory' },
  'a service': { identity: 'AWSService', arn: '', id: '', ...via('logs.amazonaws.com') },
  'a service of a Region': { identity: 'AWSService', ...via('delivery.logs.amazonaws.com') },
  EBS: { identity: 'AWSService', ...via('ebs.amazonaws.com') },
  'a service in a forward session': { identity: 'AWSService', ...via('fas.s3.amazonaws.com') },
  'a service without a name': { identity: 'AWSService', ...via('AWS Internal') },
  'nobody who is named': { identity: '', invokedBy: '' },
  'nobody, for a service': { identity: '', invokedBy: 'AWS Internal' },
  'a user of another account': abroad(uniqueId('AIDA', 'far')),
  'a role of another account': abroad(`${uniqueId('AROA', 'far')}:one`),
  'a role of another account, without a session': abroad(uniqueId('AROA', 'far')),
  'another account': { ...abroad(''), account: '' },
  'nobody of another account': abroad(''),
  'a user of an account that was read': { ...abroad(uniqueId('AIDA', 'ann')), account: ACCOUNT },
  'through EC2': via('ec2-frontend-api.amazonaws.com'),
  'through Lambda': via('lambda.amazonaws.com'),
  'through S3 in a forward session': via('fas.s3.amazonaws.com'),
  'through AWS Internal': via('AWS Internal'),
  'of many addresses': { addresses: ['*'] },
  'of two addresses': { addresses: ['192.0.2.7', '192.0.2.8'] },
  'of no address': { addresses: [] },
  'of a hidden address': { addresses: ['AWS Internal'] },
  'of a hidden one among others': { addresses: ['192.0.2.7', 'cloudtrail.amazonaws.com'] },
  'through an endpoint': { vpcEndpoints: [ENDPOINT], addresses: ['10.0.0.5'] },
  'through an endpoint, from several addresses': {
    vpcEndpoints: [ENDPOINT],
    addresses: ['10.0.0.5', '10.0.0.6'],
  },
  'through an endpoint, from a name': { vpcEndpoints: [ENDPOINT], addresses: ['x.amazonaws.com'] },
  'through two endpoints': { vpcEndpoints: [ENDPOINT, 'vpce-2'] },
  'through many endpoints': { vpcEndpoints: ['*'] },
  'through one that was not read': { vpcEndpoints: ['vpce-2'] },
  'through an endpoint for a service': { vpcEndpoints: [ENDPOINT], ...via('lambda.amazonaws.com') },
  'refused by an endpoint that is not named': denied('kms:Encrypt', { reason: 'no VPC endpoint policy' }),
  'refused by an endpoint, of another account': {
    ...abroad(uniqueId('AIDA', 'far')),
    ...denied('kms:Encrypt', { reason: 'no VPC endpoint policy' }),
  },
  'refused by a session policy': { ...session, ...denied('kms:Encrypt', { reason: 'no session policy' }) },
  'in a context': { context: '{"app":"shop","id":"*"}' },
  'in a context that is none': { context: '{"app' },
  'of unknown parameters': { context: '?' },
  'at no time': { last: 'x' },
  'of an alias': { resource: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app` },
  'of an alias by its name': { resource: 'alias/app' },
  'of an alias that is not there': { resource: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/none` },
  'of a key by its id': { resource: KEY_ID },
  'of a key that was not read': { resource: arnOf('eeeeeeee') },
  'of an id that was not read': { resource: 'eeeeeeee' },
  'of no key': { resource: '' },
  ListKeys: { name: 'ListKeys', resource: '' },
  ReEncrypt: {
    name: 'ReEncrypt',
    resource: `${KEY} ${SECOND}`,
    context: '{"destinationEncryptionContext":{"b":"2"},"sourceEncryptionContext":{"a":"1"}}',
  },
  'ReEncrypt within one key': {
    name: 'ReEncrypt',
    context: '{"destinationEncryptionContext":{},"sourceEncryptionContext":{}}',
  },
  'ReEncrypt of unknown parameters': { name: 'ReEncrypt', context: '?' },
  'ReEncrypt that was denied': { ...denied('kms:ReEncryptTo', { resource: SECOND }), name: 'ReEncrypt' },
  'an alias that is made': {
    name: 'CreateAlias',
    resource: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/new ${KEY_ID}`,
  },
  'an alias without a name': { name: 'DeleteAlias', resource: '' },
  'a grant': {
    name: 'CreateGrant',
    grant: '{"operations":["Decrypt"],"constraints":{"encryptionContextSubset":{"app":"shop","id":"*"}}}',
  },
  'a grant for a service': {
    name: 'CreateGrant',
    ...via('ec2.amazonaws.com'),
    grant:
      '{"operations":["Decrypt","CreateGrant"],"constraints":{"encryptionContextEquals":{"app":"shop"},"sourceArn":"*"}}',
  },
  'a grant without constraints': { name: 'CreateGrant', grant: '{"operations":["Decrypt"]}' },
  'a grant of unknown parameters': { name: 'CreateGrant', grant: '' },
  EC2: { source: 'ec2', name: 'DescribeVolumes', resource: '' },
  'EC2, denied': {
    source: 'ec2',
    ...denied('ec2:DeleteVolume', {
      error: 'Client.UnauthorizedOperation',
      resource: 'arn:aws:ec2:us-east-1:111122223333:volume/vol-1',
    }),
  },
  'EC2, denied another service’s action': {
    source: 'ec2',
    ...denied('iam:PassRole', { name: 'RunInstances', resource: iam('role/team/app') }),
  },
  'EC2, denied without an action': { source: 'ec2', ...denied('', { name: 'DeleteVolume' }) },
  S3: { source: 's3', name: 'GetObject' },
  GetCallerIdentity: { source: 'sts', name: 'GetCallerIdentity', resource: '' },
  AssumeRole: { source: 'sts', name: 'AssumeRole', resource: iam('role/team/app') },
  'AssumeRole, denied': {
    source: 'sts',
    ...denied('', { name: 'AssumeRole', resource: iam('role/team/app') }),
  },
  'AssumeRole of one that was not read': { source: 'sts', name: 'AssumeRole', resource: iam('role/gone') },
  'AssumeRole of nobody': { source: 'sts', name: 'AssumeRole', resource: '' },
  'a token': {
    identity: 'WebIdentityUser',
    id: `${PROVIDER}:app:repo:octo/app`,
    source: 'sts',
    name: 'AssumeRoleWithWebIdentity',
    resource: `${PROVIDER} ${iam('role/team/app')}`,
  },
  'a token of Google': {
    identity: 'WebIdentityUser',
    id: 'accounts.google.com:app:1',
    source: 'sts',
    name: 'AssumeRoleWithWebIdentity',
    resource: iam('role/team/app'),
  },
  'a token of nobody': {
    identity: 'WebIdentityUser',
    id: 'jane',
    source: 'sts',
    name: 'AssumeRoleWithWebIdentity',
    resource: iam('role/team/app'),
  },
  'an assertion': {
    identity: 'SAMLUser',
    id: 'jane',
    source: 'sts',
    name: 'AssumeRoleWithSAML',
    resource: `${iam('role/team/app')} ${iam('saml-provider/corp')} ${iam('saml-provider/other')}`,
  },
  'an assertion of nobody': {
    identity: 'SAMLUser',
    id: 'jane',
    source: 'sts',
    name: 'AssumeRoleWithSAML',
    resource: iam('role/team/app'),
  },
};

/** It is put together when it is asked for. */
function childGrantOf(request: RecordedQuestion['request']): unknown {
  try {
    return request.childGrant;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What is known of a question, and what is not. */
function shown(question: RecordedQuestion): object {
  const { about, groups, inputs, request, alternatives } = question;
  const conditions = Object.entries(question.conditions()).map(([key, value]) => [
    key,
    value !== undefined && isUnknown(value) ? `unknown: ${value.name}, ${value.why}` : (value ?? 'absent'),
  ]);
  const names = (list: readonly { readonly name: string }[] = []) => list.map(({ name }) => name);
  const {
    identity,
    boundary,
    session: narrowed,
    serviceControl,
    resourceControl,
    vpcEndpoint,
    resourceRule,
    resourcePolicy,
    grants,
    unknownGrants,
  } = inputs;
  return {
    ...{
      action: request.action,
      about,
      groups,
      principal: request.principal,
      childGrant: childGrantOf(request),
      resourceAccount: request.resourceAccount,
    },
    policies: {
      ...{
        identity: names(identity),
        boundary: boundary?.name,
        session: narrowed && names(narrowed),
        serviceControl: serviceControl?.map(names),
      },
      ...{
        resourceControl: resourceControl?.map(names),
        vpcEndpoint: vpcEndpoint?.name,
        resourceRule,
        resource: resourcePolicy?.name,
      },
      ...{
        missing: [identity[0], narrowed?.[0], vpcEndpoint, resourcePolicy].flatMap(
          (each) => each?.policy.missing?.why ?? [],
        ),
      },
      ...{ grants: grants?.map(({ grantId }) => grantId.slice(0, 4)), unknownGrants: unknownGrants?.why },
    },
    conditions: Object.fromEntries(conditions),
    alternatives: alternatives?.map((each) => each.request.principal),
  };
}

test('what a recorded call asked, of each kind of caller and call', async () => {
  const { says, compare } = words('asked');
  const ofUser = new Map<string, unknown>();
  for (const [title, more] of Object.entries(USES)) {
    const asked = await reading(async (from) => (await RecordedQuestions.open(from)).of(use(more)));
    if (typeof asked === 'string') says(title, asked);
    else
      says(
        title,
        ...asked.flatMap((each) => {
          const lines = Object.entries(shown(each)).flatMap(([name, value]) =>
            name === 'conditions' || name === 'policies' ? Object.entries(value as object) : [[name, value]],
          );
          // What is as it is of the user is not said again.
          const other = lines.filter(
            ([name, value]) => value !== undefined && ofUser.get(name) !== JSON.stringify(value),
          );
          const absent = [...ofUser.keys()].filter((name) => !lines.some(([each]) => each === name));
          if (ofUser.size === 0) for (const [name, value] of lines) ofUser.set(name, JSON.stringify(value));
          return [
            ...other.map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
            ...(absent.length > 0 ? [`without ${absent}`] : []),
          ];
        }),
      );
  }
  compare();
});

const record = (name: string, at: string, parameters: Json = {}, more: Json = {}): KeptEvent => {
  const [service = '', eventName = ''] = name.split(':');
  return {
    ...{
      eventSource: `${service}.amazonaws.com`,
      eventName,
      eventTime: `2026-11-${at}Z`,
      eventID: `${eventName} at ${at}`,
    },
    ...{
      awsRegion: REGION,
      recipientAccountId: ACCOUNT,
      userIdentity: { type: 'IAMUser', arn: iam('user/admin'), accountId: ACCOUNT },
    },
    requestParameters: parameters,
    ...more,
  } as KeptEvent;
};
const onKey = (name: string, at: string, parameters: Json = {}, more: Json = {}) =>
  record(name, at, { keyId: KEY, ...parameters }, { resources: [{ ARN: KEY }], ...more });

const own = (at: string, policyDocument: string, userName = 'ann') =>
  record('iam:PutUserPolicy', at, { userName, policyName: 'own', policyDocument });
const none = (at: string, userName = 'ann') =>
  record('iam:DeleteUserPolicy', at, { userName, policyName: 'own' });
const made = (userName: string, at: string, more: Json = {}) =>
  record('iam:CreateUser', at, { userName, ...more });
const attach = (at: string, userName: string, name = 'Attach') =>
  record(`iam:${name}UserPolicy`, at, { userName, policyArn: MANAGED });
const bound = (at: string, name = 'Put', userName = 'ann') =>
  record(`iam:${name}UserPermissionsBoundary`, at, { userName, permissionsBoundary: BOUND });
const member = (at: string, name: string, userName: string) =>
  record(`iam:${name}`, at, { userName, groupName: 'devs' });
const version = (at: string, policyDocument: string, setAsDefault: boolean, versionId: string) =>
  record(
    'iam:CreatePolicyVersion',
    at,
    { policyArn: MANAGED, policyDocument, setAsDefault },
    { responseElements: { policyVersion: { versionId } } },
  );
const switched = (at: string, versionId: string) =>
  record('iam:SetDefaultPolicyVersion', at, { policyArn: MANAGED, versionId });
const granted = (at: string, grantId: string, more: Json = {}) =>
  onKey(
    'kms:CreateGrant',
    at,
    { granteePrincipal: iam('user/bob'), operations: ['Encrypt'], ...more },
    { responseElements: { grantId } },
  );
const ended = (at: string, grantId: string) => onKey('kms:RevokeGrant', at, { grantId });
const guard = (at: string, name: string, targetId = ACCOUNT, policyId = 'p-guard') =>
  record(`organizations:${name}Policy`, at, { policyId, targetId });
const [yes, no] = [policy(statement('kms:*')), policy(denying('kms:*'))];
const ofKey = (...statements: readonly object[]) =>
  policy({ ...statement('kms:Put*'), Principal: { AWS: iam('root') } }, ...statements);

const refused = denied('kms:Encrypt');
/** Uses at noon of the second, and what was changed before and after. */
const PAST: readonly (readonly [title: string, use: Use, events: readonly KeptEvent[]])[] = [
  ['allowed, as it is now', use(), []],
  ['denied, as it is now', by('bob', refused), []],
  ['failed', use({ error: 'ValidationException' }), []],
  ['used in the wrong state', use({ error: 'DisabledException' }), []],
  ['denied, and allowed now', use(refused), []],
  ['allowed, and denied now', by('bob'), []],
  ['what the record does not tell', by('fay', { addresses: ['*'] }), []],
  ['what the record does not tell of a denial', by('fay', { ...refused, addresses: ['*'] }), []],
  ['denied before a policy was put', use(refused), [made('ann', '01T00:00:00'), own('03T00:00:00', yes)]],
  ['denied before a policy was put, of a user of before', use(refused), [own('03T00:00:00', yes)]],
  ['denied under another policy', use(refused), [own('01T00:00:00', no), own('03T00:00:00', yes)]],
  [
    'denied before a policy was deleted, and put again',
    use(refused),
    [own('01T00:00:00', no), none('03T00:00:00'), own('04T00:00:00', yes)],
  ],
  [
    'allowed before a policy was deleted',
    by('bob'),
    [own('01T00:00:00', yes, 'bob'), none('03T00:00:00', 'bob')],
  ],
  ['allowed before a policy of before was deleted', by('bob'), [none('03T00:00:00', 'bob')]],
  ['allowed, and nothing changed that matters', by('bob'), [own('03T00:00:00', no, 'bob')]],
  [
    'in the second of the change, after it',
    use(refused),
    [own('01T00:00:00', yes), own('02T12:00:00', no), own('03T00:00:00', yes)],
  ],
  ['in the second of the change, before it', use(refused), [own('01T00:00:00', no), own('02T12:00:00', yes)]],
  [
    'in the second in which it was made',
    by('bob'),
    [made('bob', '02T12:00:00'), own('02T12:00:00', yes, 'bob'), none('02T12:00:00', 'bob')],
  ],
  [
    'a policy was attached since',
    by('cid', refused),
    [made('cid', '01T00:00:00'), attach('03T00:00:00', 'cid')],
  ],
  [
    'a policy was detached since',
    by('bob'),
    [attach('03T00:00:00', 'bob', 'Detach'), version('03T00:00:01', no, true, 'v2')],
  ],
  [
    'a policy that was attached before was detached since',
    by('bob'),
    [
      attach('01T00:00:00', 'bob'),
      attach('03T00:00:00', 'bob', 'Detach'),
      version('03T00:00:01', no, true, 'v2'),
    ],
  ],
  [
    'a policy was switched since, and its version is known',
    by('cid'),
    [version('01T00:00:00', yes, true, 'v1'), version('03T00:00:00', no, true, 'v2')],
  ],
  [
    'a policy was switched since, and of then there was one',
    by('cid'),
    [version('05T00:00:00', no, true, 'v2')],
  ],
  [
    'a policy was switched since to one that was there',
    by('cid'),
    [version('01T00:00:00', yes, false, 'v1'), switched('01T01:00:00', 'v1'), switched('05T00:00:00', 'v2')],
  ],
  [
    'a policy was switched since to one of which nothing is known',
    by('cid'),
    [switched('05T00:00:00', 'v2')],
  ],
  ['a boundary was put since', by('eve', refused), [bound('03T00:00:00', 'Put', 'eve')]],
  [
    'a boundary was put since on a user who was made',
    by('eve'),
    [made('eve', '01T00:00:00'), bound('03T00:00:00', 'Put', 'eve')],
  ],
  ['a boundary was put since on a user of before', by('eve'), [bound('03T00:00:00', 'Put', 'eve')]],
  ['a boundary was deleted since', use(refused), [bound('01T00:00:00'), bound('03T00:00:00', 'Delete')]],
  ['a boundary of before was deleted since', use(refused), [bound('03T00:00:00', 'Delete')]],
  [
    'he joined the group since',
    by('dan', refused),
    [made('dan', '01T00:00:00'), member('03T00:00:00', 'AddUserToGroup', 'dan')],
  ],
  [
    'he left the group since',
    by('bob'),
    [member('01T00:00:00', 'AddUserToGroup', 'bob'), member('03T00:00:00', 'RemoveUserFromGroup', 'bob')],
  ],
  ['he left a group of before since', by('bob'), [member('03T00:00:00', 'RemoveUserFromGroup', 'bob')]],
  [
    'the group’s policy was put since',
    by('dan', refused),
    [
      record('iam:CreateGroup', '01T00:00:00', { groupName: 'devs' }),
      record('iam:PutGroupPolicy', '03T00:00:00', {
        groupName: 'devs',
        policyName: 'all',
        policyDocument: yes,
      }),
    ],
  ],
  [
    'a policy of a role was put since',
    use({ ...session, ...refused }),
    [
      record('iam:CreateRole', '01T00:00:00', { roleName: 'app' }),
      record('iam:PutRolePolicy', '03T00:00:00', { roleName: 'app', policyName: 'own', policyDocument: yes }),
    ],
  ],
  [
    'the key’s policy was put since',
    use(refused),
    [
      onKey('kms:PutKeyPolicy', '01T00:00:00', { policy: ofKey() }),
      onKey('kms:PutKeyPolicy', '03T00:00:00', { policy: ofKey() }),
    ],
  ],
  [
    'the key’s policy of before was replaced since',
    use(refused),
    [onKey('kms:PutKeyPolicy', '03T00:00:00', { policy: ofKey() })],
  ],
  ['a grant was ended since', by('bob'), [granted('01T00:00:00', 'g-1'), ended('03T00:00:00', 'g-1')]],
  ['a grant of before was ended since', by('bob'), [ended('03T00:00:00', 'g-1')]],
  [
    'a grant was made since',
    by('bob', denied('kms:Decrypt')),
    [granted('03T00:00:00', 'a'.repeat(64), { operations: ['Decrypt'] })],
  ],
  [
    'a grant with a constraint was ended since',
    by('bob', { context: '{"app":"shop"}' }),
    [
      granted('01T00:00:00', 'g-1', { constraints: { encryptionContextSubset: { app: 'shop' } } }),
      ended('03T00:00:00', 'g-1'),
    ],
  ],
  [
    'a grant to a service was ended since',
    by('bob'),
    [
      granted('01T00:00:00', 'g-1', {
        granteePrincipal: undefined,
        granteeServicePrincipal: 'x.amazonaws.com',
      }),
      ended('03T00:00:00', 'g-1'),
    ],
  ],
  [
    'a grant without operations was ended since',
    by('bob'),
    [granted('01T00:00:00', 'g-1', { operations: undefined }), ended('03T00:00:00', 'g-1')],
  ],
  [
    'the trust policy was put since',
    use({ ...USES['AssumeRole, denied'] }),
    [
      record('iam:UpdateAssumeRolePolicy', '01T00:00:00', {
        roleName: 'app',
        policyDocument: policy({
          Effect: 'Allow',
          Principal: { AWS: iam('user/bob') },
          Action: 'sts:AssumeRole',
        }),
      }),
      record('iam:UpdateAssumeRolePolicy', '03T00:00:00', { roleName: 'app', policyDocument: yes }),
    ],
  ],
  [
    'the trust policy of before was replaced since',
    use({ ...USES['AssumeRole, denied'] }),
    [record('iam:UpdateAssumeRolePolicy', '03T00:00:00', { roleName: 'app', policyDocument: yes })],
  ],
  [
    'a control policy was updated since',
    use(refused),
    [
      record('organizations:UpdatePolicy', '01T00:00:00', { policyId: 'p-guard', content: no }),
      record('organizations:UpdatePolicy', '03T00:00:00', { policyId: 'p-guard', content: yes }),
    ],
  ],
  [
    'a control policy of before was updated since',
    use(refused),
    [record('organizations:UpdatePolicy', '03T00:00:00', { policyId: 'p-guard', content: yes })],
  ],
  [
    'a control policy was detached since',
    use(refused),
    [
      record('organizations:UpdatePolicy', '01T00:00:00', { policyId: 'p-old', content: no }),
      guard('03T00:00:00', 'Detach', ACCOUNT, 'p-old'),
    ],
  ],
  [
    'an unknown control policy was detached since',
    use(refused),
    [guard('03T00:00:00', 'Detach', 'r-ab12', 'p-old')],
  ],
  ['a control policy was attached since', use(refused), [guard('03T00:00:00', 'Attach')]],
  [
    'a control policy of another account was detached since',
    use(refused),
    [guard('03T00:00:00', 'Detach', OTHER, 'p-old')],
  ],
  ['another user was changed since', use(refused), [own('03T00:00:00', yes, 'bob')]],
];

test('how recorded calls come out with the policies of now, and of then', async () => {
  const { says, compare } = words('past');
  const seen = async (uses: readonly Use[], events: readonly KeptEvent[]) =>
    reading((from) => calibrate(from, { uses, events }));
  for (const [title, each, events] of PAST) {
    const { calls: _, uses: __, changed, notUnderstood, ...counts } = await seen([each], events);
    const told = Object.entries(counts).filter(
      ([, value]) => value && (typeof value !== 'object' || Object.keys(value).length > 0),
    );
    says(
      title,
      Object.fromEntries(told),
      ...changed.map(({ recorded, decided, changed: why }) => ({
        recorded,
        decided,
        changed: `${why?.action} by ${why?.by} at ${why?.at}`,
      })),
      ...notUnderstood.map(({ recorded, decided, changed: why }) => ({ recorded, decided, why })),
    );
  }
  const many = (count: number, more: Partial<Use>) =>
    Array.from({ length: count }, (_, at) => use({ ...more, count: 2, lastEvent: `e-${at}` }));
  for (const count of [200, 201]) {
    const all = await seen(many(count, refused), []);
    const since = await seen(many(count, refused), [own('03T00:00:00', no)]);
    says(`${count} differences`, [
      all.notUnderstood.length,
      all.changed.length,
      all.agreement,
      all.calls,
      all.uses,
    ]);
    says(`${count} explained differences`, [
      since.notUnderstood.length,
      since.changed.length,
      since.agreement,
      since.calls,
    ]);
  }
  const mixed = await seen(
    [
      use({ count: 3 }),
      by('bob', { count: 4 }),
      use(USES.S3),
      use({ error: 'ValidationException', count: 5 }),
      by('fay', { addresses: ['*'], count: 6 }),
    ],
    [],
  );
  says('of each', { ...mixed, notUnderstood: mixed.notUnderstood.length });
  compare();
});

test('what a change would have done to recorded calls', async () => {
  const { says, compare } = words('would');
  const uses = [
    use({ count: 3, first: '2026-10-30T00:00:00Z' }),
    use({ name: 'DescribeKey' }),
    use({ resource: SECOND, lastEvent: 'e-second' }),
    use({ error: 'ValidationException', lastEvent: 'e-failed' }),
    use({ ...refused, lastEvent: 'e-refused' }),
    by('bob', { name: 'Decrypt', ...via('ec2.amazonaws.com') }),
    by('bob', { ...denied('kms:Decrypt'), lastEvent: 'e-bob' }),
    by('bob', { name: 'Encrypt', lastEvent: 'e-not-now' }),
    by('cid', { ...denied('kms:Decrypt'), lastEvent: 'e-cid' }),
    by('cid', { name: 'Sign' }),
    by('fay', { addresses: ['*'] }),
    use({ ...session }),
    use(abroad(uniqueId('AIDA', 'far'))),
    use(USES['a service']),
    use(USES['a federated user of nobody']),
    use({ source: 'ec2', name: 'DescribeVolumes', resource: '' }),
  ];
  type Proposed = Parameters<typeof whatIfRecorded>[1];
  /** Of many actions, their number. */
  const inShort = (name: string, value: unknown) =>
    name === 'actions' && Array.isArray(value) && value.length > 3 ? `${value.length} actions` : value;
  const show = async (
    title: string,
    change: Proposed,
    compared: { readonly agreement?: number } = { agreement: 1 },
    all: readonly Use[] = uses,
    only: readonly string[] = [],
  ) => {
    const scope = { account: ACCOUNT, region: REGION };
    const told = await reading((from) => whatIfRecorded(from, change, scope, all, compared)).catch(
      (error: Error) => ({ refused: error.message }),
    );
    const lines = Object.entries(told).filter(([name]) => only.length === 0 || only.includes(name));
    says(
      title,
      ...lines.map(([name, value]) => `${name}: ${JSON.stringify(value, inShort)}`.replaceAll(KEY, 'KEY')),
    );
  };
  await show('a disabled key', { target: KEY, state: 'disabled' });
  await show('a key that is to be deleted', { target: 'alias/app', state: 'pending-deletion' });
  await show('a key for nobody', { target: KEY, policy: ofKey() });
  await show('a key for all as before', {
    target: KEY,
    policy: policy({ ...statement('kms:*'), Principal: { AWS: iam('root') } }),
  });
  await show('a key that denies', {
    target: KEY,
    policy: ofKey({ ...denying('kms:Encrypt'), Principal: '*', Sid: 'No' }),
  });
  await show('a key for one who was refused', {
    target: KEY,
    policy: ofKey({ ...statement('kms:Decrypt'), Principal: { AWS: iam('user/cid') } }),
  });
  await show('a key under a condition', {
    target: KEY,
    policy: ofKey({
      ...statement('kms:*'),
      Principal: '*',
      Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } },
    }),
  });
  await show('a grant that is revoked', { target: KEY, revokeGrant: 'a'.repeat(64) });
  await show('an inline policy', {
    target: 'user/ann',
    inline: 'own',
    policy: policy(statement('kms:Describe*')),
  });
  await show('an inline policy more', {
    target: 'user/bob',
    inline: 'more',
    policy: policy(denying('*')),
  });
  await show('a managed policy', { target: MANAGED, policy: policy(statement('*')) });
  await show('a boundary', { target: 'user/ann', boundary: true, policy: policy(statement('kms:Decrypt')) });
  await show('an attached policy', { target: 'user/ann', attach: MANAGED });
  await show('a control policy', { target: SCP, policy: policy(denying('kms:Encrypt')) });
  for (const agreement of [undefined, 0.9499, 0.95])
    await show(
      `with an agreement of ${agreement}`,
      { target: KEY, state: 'disabled' },
      { agreement },
      [use()],
      ['agreement', 'hasVerdict'],
    );
  for (const [days, first, last] of [
    ['none', undefined, undefined],
    ['one', AT, AT],
    ['one and a half', '2026-11-01T00:00:00Z', '2026-11-02T12:00:00Z'],
    ['nearly one and a half', '2026-11-01T00:00:00Z', '2026-11-02T11:59:59Z'],
    ['many', '2026-10-01T00:00:00Z', AT],
  ] as const)
    await show(
      `in days: ${days}`,
      { target: SECOND, state: 'disabled' },
      { agreement: 1 },
      first ? [use({ first, last })] : [],
      ['days', 'judged'],
    );
  compare();
});

test('what was there when, by the records alone', () => {
  const { says, compare } = words('timelines');
  const ann = `${ACCOUNT}:user/ann`;
  const tag = (at: string, key: string, value: string) =>
    record('iam:TagUser', at, { userName: 'ann', tags: [{ key, value }] });
  const events = [
    own('03T00:00:00', 'third'),
    made('ann', '01T00:00:00', { tags: [{ key: 'team', value: 'blue' }] }),
    own('01T00:00:00', 'first'),
    bound('02T00:00:00'),
    bound('04T00:00:00', 'Delete'),
    own('05T00:00:00', 'fifth'),
    none('06T00:00:00'),
    record('iam:DeleteUser', '07T00:00:00', { userName: 'ann' }),
    made('ann', '08T00:00:00'),
    tag('09T00:00:00', 'stage', 'prod'),
    attach('10T00:00:00', 'ann', 'Detach'),
    record('iam:UntagUser', '11T00:00:00', { userName: 'ann', tagKeys: ['stage'] }),
    own('12T00:00:00', 'again'),
    own('02T00:00:00', 'bob’s', 'bob'),
    record(
      'iam:PutUserPolicy',
      '02T00:00:00',
      { userName: 'ann', policyName: 'own', policyDocument: 'failed' },
      { errorCode: 'AccessDenied' },
    ),
    record(
      'iam:CreateRole',
      '02T00:00:00',
      { roleName: 'gone' },
      { userIdentity: { invokedBy: 'cloudformation.amazonaws.com' } },
    ),
    record('iam:DeleteRole', '03T00:00:00', { roleName: 'gone' }, { userIdentity: undefined }),
  ];
  const timelines = new Timelines(events);
  const plain = (value: unknown) =>
    JSON.stringify(value, (_name, each) => (each === undefined ? 'not known' : each));
  says('owners', [...timelines.owners()].sort());
  for (let day = 0; day <= 12; day++)
    for (const time of ['00:00:00Z', '00:00:00', '00:00:00+', '12:00:00Z']) {
      const at = `2026-11-${String(day).padStart(2, '0')}T${time}`;
      says(
        `at ${at}`,
        ...timelines
          .statesAt(ann, at)
          .map(({ what, value, changed }) => `${what}: ${plain(value)} until ${changed.at}`),
      );
    }
  for (const [what, time] of [
    ['inline policy own', '02'],
    ['inline policy own', '06'],
    ['inline policy own', '07'],
    ['inline policy own', '09'],
    ['inline policy none', '02'],
    ['inline policy own', '00'],
  ] as const)
    says(`${what} on ${time}`, plain(timelines.valueAt(ann, what, `2026-11-${time}T12:00:00Z`)));
  for (const owner of [ann, `${ACCOUNT}:user/bob`, `${ACCOUNT}:role/gone`, `${ACCOUNT}:user/none`]) {
    const now = timelines.now(owner);
    says(
      `now: ${owner}`,
      plain(now && { ...now, parts: [...now.parts].map(([what, { value }]) => `${what}: ${value}`) }),
    );
  }
  for (const [owners, time] of [
    [[ann], '2026-11-05T00:00:00Z'],
    [[ann, `${ACCOUNT}:user/bob`], '2026-11-01T12:00:00Z'],
    [[`${ACCOUNT}:user/bob`, ann], '2026-11-01T12:00:00Z'],
    [[ann], '2026-11-12T00:00:00Z'],
    [[], ''],
    [[`${ACCOUNT}:role/gone`], '2026-11-01'],
    [[`${ACCOUNT}:role/gone`], '2026-11-02T12:00:00Z'],
  ] as const)
    says(`first since ${time} of ${owners.length}`, plain(timelines.firstSince(owners, time)));
  compare();
});

test('how sessions began, and what they had from that', () => {
  const { says, compare } = words('sessions');
  const begun = (accessKeyId: string, parameters: Json, by: Json = {}) =>
    record(
      'sts:AssumeRole',
      '01T00:00:00',
      { roleArn: iam('role/app'), ...parameters },
      { responseElements: { credentials: { accessKeyId } }, userIdentity: { type: 'AssumedRole', ...by } },
    );
  const tags = [
    { key: 'team', value: 'blue' },
    { key: 'stage', value: 'prod' },
  ];
  const chain = Array.from({ length: 13 }, (_, at) =>
    begun(
      `CHAIN${at}`,
      { tags, transitiveTagKeys: ['team'] },
      at === 0 ? { type: 'IAMUser' } : { accessKeyId: `CHAIN${at - 1}` },
    ),
  );
  const starts = new SessionStarts([
    begun('PLAIN', {}, { type: 'IAMUser' }),
    begun(
      'FULL',
      {
        tags,
        transitiveTagKeys: ['team'],
        sourceIdentity: 'ann',
        policy: yes,
        policyArns: [{ arn: MANAGED }, {}],
      },
      { type: 'IAMUser' },
    ),
    begun('NARROWED', { policyArns: [{ arn: MANAGED }] }, { type: 'IAMUser' }),
    begun(
      'CHAINED',
      {
        tags: [
          { key: 'team', value: 'red' },
          { key: 'x', value: 'y' },
        ],
      },
      { accessKeyId: 'FULL' },
    ),
    begun('LOST', {}, { accessKeyId: 'NONE' }),
    begun(
      'GIVEN',
      { incomingTransitiveTags: { team: 'green' }, principalTags: { stage: 7 } },
      { accessKeyId: 'NONE' },
    ),
    begun('ODD', { tags: 'x', transitiveTagKeys: {}, sourceIdentity: 7, policy: {} }, { type: 'IAMUser' }),
    { ...begun('REFUSED', {}), errorCode: 'AccessDenied' },
    ...chain,
  ]);
  for (const accessKeyId of [
    'PLAIN',
    'FULL',
    'NARROWED',
    'CHAINED',
    'LOST',
    'GIVEN',
    'ODD',
    'REFUSED',
    'NONE',
    '',
    'CHAIN0',
    'CHAIN9',
    'CHAIN10',
  ])
    says(
      accessKeyId || 'no session',
      JSON.stringify(starts.of({ userIdentity: accessKeyId ? { accessKeyId } : {} }), (name, value) =>
        name === 'policy' ? value.source : value,
      ) ?? 'not known',
    );
  compare();
});

const history = (
  events: readonly KeptEvent[],
  uses: readonly Use[] = [],
  coverage: KeptHistory['coverage'] = [],
): KeptHistory => ({ events, uses, coverage, files: [] });
const answer = (
  operation: string,
  region: string,
  output: Json | undefined,
  more: Partial<Read> = {},
): Read => ({
  ...{ operation, account: ACCOUNT, region, input: {}, at: READ_AT, from: 'aws' },
  ...(output ? { output } : { refused: { code: 'AccessDenied', message: '' } }),
  ...more,
});

test('what accounts hold by their records, beside what was read of them', () => {
  const { says, compare } = words('rebuilt');
  const describedBy = (...all: readonly Read[]): Described => {
    const known = new Reads();
    for (const each of all) known.add(each);
    return {
      accounts: () => [ACCOUNT],
      regions: () => [REGION],
      of: (operation, scope) => known.of(operation, scope),
      get: (operation, scope, input) => known.get(operation, scope, input),
    };
  };
  const show = (title: string, described: Described, kept: KeptHistory) =>
    says(
      title,
      ...rebuiltAnswers(described, kept).map(
        ({ operation, region, input, output, at, by: who, from, rebuilt }) =>
          JSON.stringify([operation, region, input, output, at, who, from, rebuilt]),
      ),
    );
  const nothing = describedBy();
  const key = (name: string, at: string, parameters: Json = {}, responseElements: Json = {}) =>
    onKey(name, at, parameters, { responseElements });
  const createdKey = key(
    'kms:CreateKey',
    '01T00:00:00',
    { tags: [{ tagKey: 'a', tagValue: 'b' }] },
    { keyMetadata: { arn: KEY, keyId: KEY_ID, keySpec: 'SYMMETRIC_DEFAULT', description: 'of then' } },
  );
  show('a key that was made', nothing, history([createdKey]));
  show(
    'a key that changed',
    nothing,
    history([
      createdKey,
      key('kms:DisableKey', '02T00:00:00'),
      key('kms:UpdateKeyDescription', '02T00:00:00', { description: 'of now' }),
      key('kms:EnableKeyRotation', '02T00:00:00'),
      granted('03T00:00:00', 'g-1', { constraints: { encryptionContextSubset: { a: 'b' } } }),
      granted('03T00:00:00', 'g-2'),
      ended('04T00:00:00', 'g-2'),
    ]),
  );
  show('a key of before', nothing, history([key('kms:PutKeyPolicy', '02T00:00:00', { policy: yes })]));
  show(
    'a key of before that is disabled',
    nothing,
    history([key('kms:DisableKey', '02T00:00:00'), key('kms:DisableKeyRotation', '02T00:00:00')]),
  );
  show('a key that was deleted', nothing, history([createdKey, key('kms:DeleteKey', '02T00:00:00')]));
  show(
    'a key that expires',
    nothing,
    history([key('kms:ImportKeyMaterial', '02T00:00:00', { validTo: 'Nov 29, 2026, 1:00:00 AM' })]),
  );
  const alias = (name: string, at: string, parameters: Json) =>
    record(name, at, parameters, {
      resources: [{ ARN: KEY }, { ARN: `arn:aws:kms:${REGION}:${ACCOUNT}:alias/app` }],
    });
  show(
    'an alias',
    nothing,
    history([alias('kms:CreateAlias', '02T00:00:00', { aliasName: 'alias/app', targetKeyId: KEY_ID })]),
  );
  show(
    'an alias that is gone',
    nothing,
    history([
      alias('kms:CreateAlias', '02T00:00:00', { aliasName: 'alias/app', targetKeyId: KEY_ID }),
      alias('kms:DeleteAlias', '03T00:00:00', { aliasName: 'alias/app' }),
    ]),
  );
  show(
    'a replica',
    nothing,
    history([
      key(
        'kms:ReplicateKey',
        '01T00:00:00',
        {},
        { replicaKeyMetadata: { arn: KEY.replace(REGION, 'eu-west-1'), keyId: KEY_ID }, replicaPolicy: yes },
      ),
    ]),
  );
  const listed = (Keys: readonly object[]) => describedBy(answer('kms:ListKeys', REGION, { Keys }));
  show('a key that is listed', listed([{ KeyId: KEY_ID, KeyArn: KEY }]), history([createdKey]));
  show('a key that is not listed', listed([]), history([createdKey]));
  const configuration = (name: string, at: string, more: Json = {}) =>
    record(`autoscaling:${name}LaunchConfiguration`, at, { launchConfigurationName: 'web', ...more });
  const configured = configuration('Create', '01T00:00:00', { imageId: 'ami-0a', instanceType: 't3.micro' });
  const group = { autoScalingGroupName: 'web', launchConfigurationName: 'web', minSize: 0, maxSize: 1 };
  const grouped = record('autoscaling:CreateAutoScalingGroup', '02T00:00:00', group);
  show('a group and its launch configuration', nothing, history([configured, grouped]));
  show(
    'a launch configuration that was deleted',
    nothing,
    history([configured, configuration('Delete', '02T00:00:00')]),
  );

  const identified = (noun: string, name: string, id: string) => ({
    responseElements: { [noun]: { arn: iam(`${noun}/team/${name}`), [`${noun}Id`]: id, policyId: id } },
  });
  const users = [
    record(
      'iam:CreateUser',
      '01T00:00:00',
      { userName: 'ann', permissionsBoundary: BOUND },
      identified('user', 'ann', uniqueId('AIDA', 'ann')),
    ),
    own('02T00:00:00', yes),
    attach('02T00:00:00', 'ann'),
    member('02T00:00:00', 'AddUserToGroup', 'ann'),
    record(
      'iam:CreateRole',
      '01T00:00:00',
      { roleName: 'app', assumeRolePolicyDocument: yes },
      identified('role', 'app', uniqueId('AROA', 'app')),
    ),
    record('iam:CreateGroup', '01T00:00:00', { groupName: 'devs' }),
    record('iam:CreatePolicy', '01T00:00:00', { policyDocument: yes }, identified('policy', 'app', 'ANPA1')),
    version('02T00:00:00', no, true, 'v2'),
    record(
      'iam:CreateInstanceProfile',
      '01T00:00:00',
      { instanceProfileName: 'web' },
      {
        responseElements: {
          instanceProfile: { arn: iam('instance-profile/web'), instanceProfileId: 'AIPA1' },
        },
      },
    ),
    record('iam:AddRoleToInstanceProfile', '02T00:00:00', { instanceProfileName: 'web', roleName: 'app' }),
    own('02T00:00:00', yes, 'bob'),
    record('iam:UpdateAssumeRolePolicy', '02T00:00:00', { roleName: 'old', policyDocument: yes }),
    record('iam:AddRoleToInstanceProfile', '02T00:00:00', { instanceProfileName: 'old', roleName: 'app' }),
  ];
  show('identities', nothing, history(users));
  show(
    'identities that were read',
    describedBy(answer('iam:GetAccountAuthorizationDetails', 'global', { UserDetailList: [] })),
    history(users),
  );
  show(
    'a policy that was switched',
    nothing,
    history([
      version('01T00:00:00', yes, true, 'v1'),
      version('02T00:00:00', no, false, 'v2'),
      switched('03T00:00:00', 'v2'),
    ]),
  );
  show('a policy of before', nothing, history([switched('03T00:00:00', 'v2')]));
  show(
    'callers',
    nothing,
    history(
      [own('02T00:00:00', yes, 'bob'), record('iam:DeleteUser', '03T00:00:00', { userName: 'eve' })],
      [
        use({ first: '2026-11-03T00:00:00Z', last: '2026-11-04T00:00:00Z' }),
        use({
          name: 'Decrypt',
          first: '2026-11-01T00:00:00Z',
          last: '2026-11-02T00:00:00Z',
          lastEvent: 'e-2',
        }),
        use({ name: 'Sign', first: '2026-11-05T00:00:00Z', last: '2026-11-06T00:00:00Z', lastEvent: 'e-3' }),
        by('bob'),
        by('eve'),
        use(session),
        use({ ...session, arn: iam('role/aws:ec2-infrastructure') }),
        use({ id: '' }),
        use({ account: OTHER }),
        use({ identity: 'Root', arn: iam('root') }),
      ],
    ),
  );

  const ec2 = (name: string, at: string, parameters: Json, responseElements: Json = {}) =>
    record(`ec2:${name}`, at, parameters, { responseElements });
  const tagged = (id: string) =>
    ec2('CreateTags', '03T00:00:00', {
      resourcesSet: { items: [{ resourceId: id }] },
      tagSet: { items: [{ key: 'team', value: 'blue' }] },
    });
  const volume = ec2(
    'CreateVolume',
    '01T00:00:00',
    {},
    {
      volumeId: 'vol-0a',
      size: '8',
      encrypted: true,
      kmsKeyId: KEY,
      tagSet: {
        items: [
          { key: 'team', value: 'red' },
          { key: 'x', value: 'y' },
        ],
      },
    },
  );
  const attached = ec2('AttachVolume', '02T00:00:00', {
    volumeId: 'vol-0a',
    instanceId: 'i-0a',
    device: '/dev/sdf',
  });
  show('a volume', nothing, history([volume]));
  show('a volume that is attached, with tags', nothing, history([volume, attached, tagged('vol-0a')]));
  show(
    'a volume that is free again',
    nothing,
    history([
      volume,
      attached,
      ec2('DetachVolume', '03T00:00:00', { volumeId: 'vol-0a', instanceId: 'i-0a' }),
    ]),
  );
  show('a volume of before', nothing, history([attached]));
  const launched = ec2(
    'RunInstances',
    '01T00:00:00',
    {},
    {
      reservationId: 'r-0a',
      instancesSet: { items: [{ instanceId: 'i-0a', imageId: 'ami-0a' }, { instanceId: 'i-0b' }] },
    },
  );
  show(
    'instances',
    nothing,
    history([
      launched,
      ec2('StopInstances', '02T00:00:00', {}, { instancesSet: { items: [{ instanceId: 'i-0a' }] } }),
    ]),
  );
  const snapshot = ec2('CreateSnapshot', '01T00:00:00', {}, { snapshotId: 'snap-0a', volumeId: 'vol-0a' });
  const shared = (set: string, item: Json) =>
    ec2('ModifySnapshotAttribute', '02T00:00:00', {
      snapshotId: 'snap-0a',
      createVolumePermission: { [set]: { items: [item] } },
    });
  show(
    'a snapshot that is shared',
    nothing,
    history([snapshot, shared('add', { userId: OTHER }), shared('add', { group: 'all' })]),
  );
  show(
    'defaults of EBS',
    nothing,
    history([
      ec2('EnableEbsEncryptionByDefault', '01T00:00:00', {}),
      ec2(
        'ModifyEbsDefaultKmsKeyId',
        '02T00:00:00',
        {},
        { ModifyEbsDefaultKmsKeyIdResponse: { kmsKeyId: KEY } },
      ),
    ]),
  );
  show(
    'defaults of EBS, off',
    nothing,
    history([
      ec2('DisableEbsEncryptionByDefault', '01T00:00:00', {}),
      ec2('ResetEbsDefaultKmsKeyId', '02T00:00:00', {}, { kmsKeyId: 'alias/aws/ebs' }),
    ]),
  );
  const launchTemplate = ec2(
    'CreateLaunchTemplate',
    '01T00:00:00',
    { CreateLaunchTemplateRequest: { LaunchTemplateName: 'web', LaunchTemplateData: { ImageId: 'ami-0a' } } },
    {
      CreateLaunchTemplateResponse: {
        launchTemplate: { launchTemplateId: 'lt-0a', launchTemplateName: 'web' },
      },
    },
  );
  const newer = ec2(
    'CreateLaunchTemplateVersion',
    '02T00:00:00',
    {
      CreateLaunchTemplateVersionRequest: {
        LaunchTemplateId: 'lt-0a',
        SourceVersion: '1',
        LaunchTemplateData: { InstanceType: 't3.micro' },
      },
    },
    {
      CreateLaunchTemplateVersionResponse: {
        launchTemplateVersion: { launchTemplateId: 'lt-0a', versionNumber: 2 },
      },
    },
  );
  show('a launch template', nothing, history([launchTemplate, newer]));
  show('a version of one of before', nothing, history([newer]));
  const endpoint = ec2(
    'CreateVpcEndpoint',
    '01T00:00:00',
    { CreateVpcEndpointRequest: {} },
    { CreateVpcEndpointResponse: { vpcEndpoint: { vpcEndpointId: ENDPOINT, vpcId: 'vpc-0a' } } },
  );
  show(
    'an endpoint',
    nothing,
    history([
      endpoint,
      ec2('ModifyVpcEndpoint', '02T00:00:00', {
        ModifyVpcEndpointRequest: { VpcEndpointId: ENDPOINT, PolicyDocument: yes },
      }),
    ]),
  );
  show(
    'volumes that were listed',
    describedBy(answer('ec2:DescribeVolumes', REGION, { Volumes: [] })),
    history([volume]),
  );

  const organized = [
    record(
      'organizations:CreatePolicy',
      '01T00:00:00',
      { content: yes, type: 'SERVICE_CONTROL_POLICY' },
      {
        responseElements: {
          policy: { policySummary: { id: 'p-1', name: 'guard', arn: SCP, type: 'SERVICE_CONTROL_POLICY' } },
        },
      },
    ),
    guard('02T00:00:00', 'Attach', ACCOUNT, 'p-1'),
    guard('02T00:00:00', 'Attach', 'ou-ab12-1', 'p-1'),
    guard('02T00:00:00', 'Attach', OTHER, 'p-2'),
    record('organizations:UpdatePolicy', '02T00:00:00', { policyId: 'p-3', content: no }),
    record('organizations:MoveAccount', '02T00:00:00', {
      accountId: OTHER,
      destinationParentId: 'ou-ab12-1',
    }),
    record(
      'organizations:CreateOrganizationalUnit',
      '02T00:00:00',
      { parentId: 'r-ab12' },
      { responseElements: { organizationalUnit: { id: 'ou-ab12-1' } } },
    ),
  ];
  show('an organization', nothing, history(organized));
  show(
    'an organization that was read',
    describedBy(answer('organizations:ListRoots', 'global', { Roots: [] })),
    history(organized),
  );

  const place = { account: ACCOUNT, region: REGION };
  const rebuilt = rebuiltAnswers(nothing, history([createdKey]));
  const joined = (...all: readonly Read[]) => withRebuilt(describedBy(...all), rebuilt);
  const KeyId = { KeyId: KEY_ID };
  for (const [title, described] of Object.entries({
    'nothing read': joined(),
    refused: joined(answer('kms:DescribeKey', REGION, undefined, { input: KeyId })),
    read: joined(answer('kms:DescribeKey', REGION, { KeyMetadata: {} }, { input: KeyId })),
    'another read': joined(
      answer('kms:DescribeKey', REGION, { KeyMetadata: {} }, { input: { KeyId: 'other' } }),
    ),
  })) {
    const of = () =>
      described
        .of('kms:DescribeKey', place)
        ?.map(({ from, input, refused: why }) => [from, input, why?.code]);
    const got = described.get('kms:DescribeKey', place, KeyId);
    says(
      `beside: ${title}`,
      of() ?? 'none',
      of() ?? 'none',
      [got?.from, got?.refused?.code],
      described.of('kms:ListKeys', place) ?? 'none',
    );
  }
  compare();
});

test('what an explanation of a recorded call rests on', async () => {
  const { says, compare } = words('basis');
  const key = (at: number) => arnOf(`0000000${at}-12ab-34cd-56ef-1234567890ab`);
  const seen = { at: READ_AT, from: 'aws', by: iam('user/reader') };
  const role = 'arn:aws:sts::111122223333:assumed-role/app/i-1';
  const basis = (more: Json, events: readonly KeptEvent[] = [], checks: readonly Json[] = []) =>
    world.runtime.store.transact(async (tx) => {
      for (const [at, from] of [
        seen,
        { ...seen, by: undefined },
        { ...seen, from: 'key.json' },
        { ...seen, from: 'key.json', by: undefined },
        { ...seen, from: 'a.json.gz', rebuilt: {} },
      ].entries())
        noteOrigin({ tx }, key(at), 'kms:GetKeyPolicy', from);
      noteOrigin({ tx }, iam('role/app'), 'iam:GetAccountAuthorizationDetails', seen);
      const call = { action: 'kms:Decrypt', arn: iam('user/nobody'), at: AT, ...more };
      const explanation = { call, checks } as unknown as Pick<Explanation, 'call' | 'checks'>;
      return basisOf(tx, explanation, new Timelines(events), []);
    });
  for (const [title, at] of [
    ['read by a reader', 0],
    ['read by somebody', 1],
    ['of a file of a reader', 2],
    ['of a file', 3],
    ['of records', 4],
    ['never read', 5],
  ] as const)
    says(title, ...(await basis({ resource: key(at) })));
  says('by a session', ...(await basis({ resource: key(0), arn: role })));
  says('about nothing that has a name', ...(await basis({ resource: '*' })));
  for (const [title, events] of [
    ['changed before', [own('02T11:59:59', yes)]],
    ['changed in its second', [own('02T12:00:00', yes)]],
    ['changed since, twice', [own('02T12:00:02', yes), own('02T12:00:01', no)]],
    ['of another', [own('02T12:00:01', yes, 'bob')]],
  ] as const)
    says(title, ...(await basis({ arn: iam('user/ann') }, events)));
  compare();
});

test('which call proves what was let through by what was not read', () => {
  const { says, compare } = words('passed');
  const ann = { kind: 'user', account: ACCOUNT, arn: iam('user/ann'), id: uniqueId('AIDA', 'ann') } as const;
  const asked = { principal: ann, action: 'kms:Encrypt', resource: KEY, resourceAccount: ACCOUNT };
  const onlyEncrypt = { name: 'Encrypt', resource: KEY, lastEvent: 'the-call' };
  const of = (
    title: string,
    uses: readonly Use[],
    { events = [], ...more }: { events?: readonly KeptEvent[]; through?: string; region?: string } = {},
  ) =>
    says(
      title,
      passedCalls({ uses, events })({ request: asked, region: REGION, through: undefined, ...more }) ??
        'none',
    );
  const his = by('ann', onlyEncrypt);
  const later = '2026-11-03T12:00:00Z';
  const scp = {
    ...denied('kms:Encrypt', { last: later }),
    reason: 'explicit deny in a service control policy',
  };
  of('the very call', [by('ben', { ...onlyEncrypt, last: later }), his]);
  of('on another key', [by('ann', { ...onlyEncrypt, resource: SECOND })]);
  of('on a key of another account', [by('ann', { ...onlyEncrypt, resource: KEY.replace(ACCOUNT, OTHER) })]);
  of("somebody else's, the latest", [by('ben', onlyEncrypt), by('cid', { ...onlyEncrypt, last: later })]);
  of('of another account', [by('ann', { ...onlyEncrypt, account: OTHER })]);
  of('in another Region', [his], { region: 'eu-west-1' });
  of('another action', [by('ann', { ...onlyEncrypt, name: 'Decrypt' })]);
  of('through a service', [by('ann', { ...onlyEncrypt, ...via('ec2-frontend-api.amazonaws.com') })]);
  of(
    'through a service, and asked so',
    [by('ann', { ...onlyEncrypt, ...via('ec2-frontend-api.amazonaws.com') })],
    {
      through: 'ec2:CreateVolume',
    },
  );
  of('through any', [his], { through: '*' });
  of('refused for a policy', [by('ann', { ...onlyEncrypt, ...refused })]);
  of('failed once it was authorized', [by('ann', { ...onlyEncrypt, error: 'DisabledException' })]);
  of('refused by a control policy since', [his, by('ann', { ...onlyEncrypt, ...scp })]);
  of('others refused by one since', [his, by('ben', { ...onlyEncrypt, ...scp })]);
  of("others', and refused by one since", [by('cid', onlyEncrypt), by('ben', { ...onlyEncrypt, ...scp })]);
  of('a role of a service', [
    use({
      ...session,
      ...onlyEncrypt,
      arn: iam('role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling'),
    }),
    use({ ...session, ...onlyEncrypt, arn: iam('role/aws:ec2-infrastructure') }),
  ]);
  of('the organization changed since', [his], { events: [guard('03', 'Attach')] });
  of('and before', [his], { events: [guard('01', 'Attach')] });
  compare();
});

test('what a snapshot covers', () => {
  const { says, compare } = words('coverage');
  const show = (title: string, all: readonly Read[], coverage: KeptHistory['coverage'] = []) => {
    const known = new Reads();
    for (const each of all) known.add(each);
    const { places, ...rest } = coverageOf(known, history([], [], coverage));
    says(
      title,
      rest,
      ...places.map(({ missing, ...place }) => ({
        ...place,
        missing: missing.length > 12 ? missing.length : missing,
      })),
    );
  };
  show('nothing', []);
  const trail = (
    region: string,
    source: string,
    records: number,
    first = AT,
    last = AT,
    account = ACCOUNT,
  ) => ({ account, region, source: `${source}.amazonaws.com`, records, first, last, from: ['f'] });
  show(
    'trails',
    [],
    [
      trail(REGION, 'kms', 3),
      trail(REGION, 'ec2', 4, '2026-11-01T00:00:00Z'),
      trail('eu-west-1', 'ec2', 5, AT, '2026-11-03T00:00:00Z'),
      trail(REGION, 'kms', 6, AT, AT, OTHER),
    ],
  );
  const lookups = [
    answer('cloudtrail:LookupEvents', REGION, undefined, { by: 'ann' }),
    answer('cloudtrail:LookupEvents', 'eu-west-1', undefined),
    answer('cloudtrail:LookupEvents', 'eu-north-1', { days: 7 }),
  ];
  show('a history that was refused', lookups);
  show('a history that was refused, with other records', lookups, [trail(REGION, 'kms', 1)]);
  const selectors = (output: Json | undefined, TrailName = 't') =>
    answer('cloudtrail:GetEventSelectors', REGION, output, { input: { TrailName } });
  for (const [title, output] of Object.entries({
    all: { TrailARN: 'arn', EventSelectors: [{}] },
    'without KMS': {
      TrailARN: 'arn',
      EventSelectors: [{ ExcludeManagementEventSources: ['kms.amazonaws.com'] }],
    },
    'without RDS': { EventSelectors: [{ ExcludeManagementEventSources: ['rdsdata.amazonaws.com'] }] },
    'without KMS, advanced': {
      AdvancedEventSelectors: [
        {
          FieldSelectors: [
            { Field: 'eventCategory', Equals: ['Management'] },
            { Field: 'eventSource', NotEquals: ['kms.amazonaws.com'] },
          ],
        },
      ],
    },
    'of another field': {
      AdvancedEventSelectors: [
        {
          FieldSelectors: [
            { Field: 'eventName', NotEquals: ['kms.amazonaws.com'] },
            { Field: 'eventSource' },
          ],
        },
      ],
    },
    refused: undefined,
  }))
    show(`selectors: ${title}`, [selectors(output)]);
  const keys = (Keys: readonly object[]) => answer('kms:ListKeys', REGION, { Keys }, { by: 'ann' });
  show('keys of which nothing else was read', [keys([{ KeyId: 'a' }, { KeyId: 'b' }])]);
  show('no keys, of which there is nothing to read', [keys([])]);
  show('keys, some refused', [
    ...[
      keys([{ KeyId: 'a' }, { KeyId: 'b' }]),
      answer('kms:DescribeKey', REGION, undefined, {
        input: { KeyId: 'a' },
        by: 'bob',
        at: '2026-11-09T00:00:00Z',
      }),
    ],
    ...[
      answer('kms:DescribeKey', REGION, undefined, { input: { KeyId: 'b' } }),
      answer('kms:DescribeKey', REGION, { KeyMetadata: {} }, { input: { KeyId: 'c' } }),
    ],
  ]);
  show('policies of each kind', [
    ...[
      answer(
        'organizations:ListPolicies',
        'global',
        { Policies: [{ Id: 'p-1' }] },
        { input: { Filter: 'SERVICE_CONTROL_POLICY' } },
      ),
    ],
    ...[
      answer('organizations:ListPolicies', 'global', undefined, {
        input: { Filter: 'RESOURCE_CONTROL_POLICY' },
      }),
      answer('iam:ListPolicies', 'global', { Policies: [] }, { input: { Scope: 'AWS' } }),
    ],
  ]);
  show('identities', [
    answer('iam:GetAccountAuthorizationDetails', 'global', {
      UserDetailList: [{}],
      RoleDetailList: [{}, {}],
    }),
  ]);
  compare();
});
