/**
 * Snapshots of CloudTrail logs alone: what the events themselves carry (documents, grants, attachments, what was launched) is
 * what is known, whatever was before them is unknown, and neither is taken for the other.
 */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as ec2 from '@aws-sdk/client-ec2';
import * as iam from '@aws-sdk/client-iam';
import type { Audit } from '../../src/explain/audit/audit.ts';
import { renderCheck } from '../../src/explain/recorded/render-recorded.ts';
import type { RecordedWhatIf } from '../../src/explain/recorded/what-if-recorded.ts';
import type { WhoCan } from '../../src/explain/rights/who-can.ts';
import { importFiles } from '../../src/import/files/import-files.ts';
import { loadSnapshot, openForImport, saveSnapshot } from '../../src/import/snapshot/store.ts';
import type { ImportedWorld } from '../../src/imported-world.ts';
import { instances } from '../../src/services/ec2/instance/instance.ts';
import {
  launchTemplates,
  launchTemplateVersions,
} from '../../src/services/ec2/launch-template/launch-template.ts';
import { vpcEndpoints } from '../../src/services/ec2/network/vpc-endpoint/vpc-endpoint.ts';
import { snapshots } from '../../src/services/ec2/snapshot/snapshot.ts';
import { volumes } from '../../src/services/ec2/volume/volume.ts';
import { oidcProviders } from '../../src/services/iam/oidc-provider/oidc-provider.ts';
import { lookupEvents } from '../worlds/account.ts';
import type { Explained } from '../worlds/remedies.ts';
import { startServerFor } from '../worlds/server.ts';
import { logsWorlds } from './logs-world.ts';
import { ACCOUNT, event, KEY, keyEvent, ROLE_ID, roleCall, USER_ID } from './published-records.ts';

const { folder, worldOf } = logsWorlds();

const ask = (world: ImportedWorld, question: string, body: object) =>
  world.questions[question]?.(body as Record<string, unknown>) as Promise<Record<string, never>>;
const verdictOf = async (world: ImportedWorld, principal: string, action: string, more: object = {}) => {
  const { verdict, headline } = await ask(world, 'can', { principal, action, resource: KEY, ...more });
  return { verdict, headline } as unknown as { verdict: string; headline: string };
};

const allow = (Action: string, more: object = {}) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action, Resource: '*', ...more }],
  });
const keyPolicy = (...statements: object[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'kms:*', Resource: '*' },
      ...statements,
    ],
  });
const madeKey = (parameters: object = {}) =>
  keyEvent(
    'CreateKey',
    { description: '', ...parameters },
    { keyMetadata: { aWSAccountId: ACCOUNT, arn: KEY } },
  );
const madeUser = (name: string, id: string) =>
  event(
    'iam',
    'CreateUser',
    { userName: name },
    {
      user: { userName: name, userId: id, path: '/', arn: `arn:aws:iam::${ACCOUNT}:user/${name}` },
    },
  );
const madeRole = (name: string, more: object = {}) =>
  event(
    'iam',
    'CreateRole',
    { roleName: name, path: '/app/', assumeRolePolicyDocument: allow('sts:AssumeRole'), ...more },
    {
      role: {
        roleName: name,
        roleId: ROLE_ID,
        path: '/app/',
        arn: `arn:aws:iam::${ACCOUNT}:role/app/${name}`,
      },
    },
  );
const putPolicy = (roleName: string, policyDocument: string) =>
  event('iam', 'PutRolePolicy', { roleName, policyName: 'p', policyDocument });

describe('what a server recorded of what it was asked for', () => {
  test('is known of launch templates, endpoints and OIDC providers', async (context) => {
    const server = await startServerFor(context);
    const machines = server.client(ec2.EC2Client);
    const LaunchTemplateData = { InstanceType: 't3.micro', KeyName: 'ours' } as const;
    const template = { LaunchTemplateName: 'web', LaunchTemplateData };
    await machines.send(new ec2.CreateLaunchTemplateCommand(template));
    const version = {
      LaunchTemplateName: 'web',
      SourceVersion: '1',
      LaunchTemplateData: { InstanceType: 't3.small' },
    } as const;
    await machines.send(new ec2.CreateLaunchTemplateVersionCommand(version));
    const another = { LaunchTemplateName: 'web', DefaultVersion: '2' };
    await machines.send(new ec2.ModifyLaunchTemplateCommand(another));
    const { Vpcs: [vpc] = [] } = await machines.send(new ec2.DescribeVpcsCommand({}));
    const wanted = {
      VpcId: vpc?.VpcId,
      VpcEndpointType: 'Interface',
      ServiceName: 'com.amazonaws.us-east-1.kms',
    } as const;
    const { VpcEndpoint: endpoint } = await machines.send(new ec2.CreateVpcEndpointCommand(wanted));
    const PolicyDocument = allow('kms:Decrypt', { Principal: '*' });
    const { VpcEndpointId } = endpoint ?? {};
    await machines.send(new ec2.ModifyVpcEndpointCommand({ VpcEndpointId, PolicyDocument }));
    const { VpcEndpoint: gone } = await machines.send(new ec2.CreateVpcEndpointCommand(wanted));
    await machines.send(
      new ec2.DeleteVpcEndpointsCommand({ VpcEndpointIds: [gone?.VpcEndpointId as string] }),
    );
    const identities = server.client(iam.IAMClient);
    const { OpenIDConnectProviderArn } = await identities.send(
      new iam.CreateOpenIDConnectProviderCommand({ Url: 'https://ci.example.com', ClientIDList: ['sts'] }),
    );
    await identities.send(
      new iam.AddClientIDToOpenIDConnectProviderCommand({ OpenIDConnectProviderArn, ClientID: 'other' }),
    );
    const world = await worldOf('recorded', await lookupEvents(server));
    const { store } = world.runtime;
    await store.read(async (tx) => {
      const [known] = await tx.list(launchTemplates);
      assert.deepEqual([known?.name, known?.defaultVersion, known?.latestVersion], ['web', 2, 2]);
      assert.deepEqual(
        (await tx.list(launchTemplateVersions)).map(({ data }) => [data.InstanceType, data.KeyName]),
        [
          ['t3.micro', 'ours'],
          ['t3.small', 'ours'],
        ],
      );
      const endpoints = await tx.list(vpcEndpoints);
      assert.deepEqual(
        endpoints.map(({ id, policy }) => [id, JSON.parse(policy ?? '{}')]),
        [[VpcEndpointId, JSON.parse(PolicyDocument)]],
      );
      const [provider] = await tx.list(oidcProviders);
      assert.deepEqual([provider?.url, provider?.clientIds], ['ci.example.com', ['sts', 'other']]);
    });
    const { coverage, calibration } = (await ask(world, 'check', {})) as never;
    const text = renderCheck('snap', coverage, calibration);
    for (const seen of [/launch templates \(1\)/, /OIDC providers \(1\)/, /VPC endpoints \(1\)/])
      assert.match(text, seen);
  });
});

describe('what events carry is known', () => {
  let world: ImportedWorld;
  before(async () => {
    world = await worldOf('made', [
      madeKey({ tags: [{ tagKey: 'team', tagValue: 'blue' }] }),
      keyEvent('CreateAlias', { aliasName: 'alias/app', targetKeyId: KEY }),
      madeUser('john', USER_ID),
      madeRole('web'),
      putPolicy('web', allow('kms:Decrypt')),
      event(
        'iam',
        'CreatePolicy',
        { policyName: 'enc', policyDocument: allow('kms:Encrypt') },
        {
          policy: { arn: `arn:aws:iam::${ACCOUNT}:policy/enc`, policyId: 'ANPAEXAMPLEEXAMPLE12' },
        },
      ),
      event('iam', 'AttachRolePolicy', { roleName: 'web', policyArn: `arn:aws:iam::${ACCOUNT}:policy/enc` }),
      event(
        'iam',
        'CreatePolicyVersion',
        {
          policyArn: `arn:aws:iam::${ACCOUNT}:policy/enc`,
          policyDocument: allow('kms:DescribeKey'),
          setAsDefault: false,
        },
        { policyVersion: { versionId: 'v2' } },
      ),
      keyEvent(
        'CreateGrant',
        {
          keyId: KEY,
          granteePrincipal: `arn:aws:iam::${ACCOUNT}:user/john`,
          operations: ['GenerateDataKey'],
        },
        { grantId: 'a'.repeat(64) },
      ),
    ]);
  });

  test('a user who was made and given nothing has nothing', async () => {
    assert.equal((await verdictOf(world, 'user/john', 'kms:Decrypt')).verdict, 'denied');
  });

  test('a role that was made has what was put and attached, but for what nobody knows of the organization', async () => {
    for (const action of ['kms:Decrypt', 'kms:Encrypt']) {
      const { verdict, headline } = await verdictOf(world, 'role/web', action);
      assert.equal(verdict, 'depends');
      assert.match(headline, /only if service and resource control policies over account/);
    }
    // The second version was made, and is not the default.
    assert.equal((await verdictOf(world, 'role/web', 'kms:DescribeKey')).verdict, 'denied');
  });

  test('a grant is one', async () => {
    assert.equal((await verdictOf(world, 'user/john', 'kms:GenerateDataKey')).verdict, 'depends');
  });

  test('who-can names them by the alias, and says that there may be others', async () => {
    const { alias, users, unknown } = (await ask(world, 'who-can', {
      key: 'alias/app',
    })) as unknown as WhoCan;
    assert.equal(alias, 'alias/app');
    assert.deepEqual(
      users.map(({ who }) => who),
      // Who made all this has called, and no more is known of him.
      [`the root user of account ${ACCOUNT}`, 'role web', 'user admin', 'user john'],
    );
    assert.deepEqual(
      unknown.map(({ name }) => name),
      [`users and roles of account ${ACCOUNT}`],
    );
  });
});

describe('what was before the events is unknown', () => {
  test('of a role that only changed, and of a key of which only a grant is recorded', async () => {
    const world = await worldOf('older', [
      roleCall('Decrypt'),
      putPolicy('web', allow('s3:GetObject')),
      keyEvent(
        'CreateGrant',
        { keyId: KEY, granteePrincipal: 'ec2.amazonaws.com', operations: ['Decrypt'] },
        { grantId: 'b'.repeat(64) },
      ),
    ]);
    const { verdict, headline } = await verdictOf(world, 'role/web', 'kms:Decrypt');
    assert.equal(verdict, 'depends');
    assert.match(headline, /key policy of|other policies of/);
    const { unknown } = (await ask(world, 'who-can', { key: KEY })) as unknown as WhoCan;
    assert.match(
      JSON.stringify(unknown),
      /key policy of .*grants of .*what was there before kms:CreateGrant at /,
    );
  });

  test('but a Deny that was put since holds whatever else there is', async () => {
    const deny = { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };
    const world = await worldOf('denied', [
      roleCall('Decrypt'),
      keyEvent('PutKeyPolicy', { keyId: KEY, policyName: 'default', policy: keyPolicy(deny) }),
    ]);
    assert.equal((await verdictOf(world, 'role/web', 'kms:Decrypt')).verdict, 'denied');
    assert.equal((await verdictOf(world, 'role/web', 'kms:Encrypt')).verdict, 'depends');
  });

  test('a tag of a principal that nobody has read is not absent', async () => {
    const tagged = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/app/web` },
      Action: 'kms:Decrypt',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue' } },
    };
    const only = JSON.stringify({ Version: '2012-10-17', Statement: [tagged] });
    const world = await worldOf('tagged', [
      roleCall('Decrypt'),
      keyEvent('PutKeyPolicy', { keyId: KEY, policyName: 'default', policy: only }),
    ]);
    assert.equal((await verdictOf(world, 'role/web', 'kms:Decrypt')).verdict, 'depends');
  });
});

test('an SCP whose attachment is recorded denies, and what else is attached is unknown', async () => {
  const arn = `arn:aws:organizations::999988887777:policy/o-abcde12345/service_control_policy/p-abcd1234`;
  const scp = {
    content: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 'kms:Encrypt', Resource: '*' }],
    }),
    name: 'guard',
    type: 'SERVICE_CONTROL_POLICY',
  };
  const managed = { recipientAccountId: '999988887777' };
  const world = await worldOf('scp', [
    madeKey(),
    madeRole('web'),
    putPolicy('web', allow('kms:*')),
    event(
      'organizations',
      'CreatePolicy',
      scp,
      { policy: { policySummary: { id: 'p-abcd1234', arn, name: 'guard', type: scp.type } } },
      managed,
    ),
    event('organizations', 'AttachPolicy', { policyId: 'p-abcd1234', targetId: ACCOUNT }, null, managed),
  ]);
  assert.equal((await verdictOf(world, 'role/web', 'kms:Encrypt')).verdict, 'denied');
  const { headline } = await verdictOf(world, 'role/web', 'kms:Decrypt');
  assert.match(headline, /only if other policies of organization o-abcde12345/);
});

describe('where nothing was read but the refusal', () => {
  const refused = (reason: string) => ({
    errorCode: 'AccessDenied',
    errorMessage: `User: arn:aws:sts::${ACCOUNT}:assumed-role/web/batch is not authorized to perform: kms:Decrypt on resource: ${KEY} ${reason}`,
  });
  const explained = async (name: string, reason: string) => {
    const call = roleCall('Decrypt', refused(reason));
    const world = await worldOf(name, [call]);
    return (await ask(world, 'explain', { subject: call.eventID })) as unknown as Explained;
  };
  const UNREAD = [`service and resource control policies over account ${ACCOUNT}`, `key policy of ${KEY}`];

  test("what the caller's own policies lack by AWS's sentence is proposed, provided that the rest allows it", async () => {
    const { headline, remedies, remediesVerified, provided } = await explained(
      'lacking',
      'because no identity-based policy allows the kms:Decrypt action',
    );
    assert.match(headline, /^role web may not kms:Decrypt on key \S+\.$/);
    assert.deepEqual(
      remedies.map(({ sentence, document }) => [sentence, document]),
      [
        [
          'Attach this policy to role web:',
          {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['kms:Decrypt'], Resource: [KEY] }],
          },
        ],
      ],
    );
    assert.equal(remediesVerified, false);
    assert.deepEqual(new Set(provided), new Set(UNREAD));
  });

  test('what the key policy lacks is told, and not tried', async () => {
    const { remedies, remediesVerified, provided, text } = await explained(
      'key',
      'because no resource-based policy allows the kms:Decrypt action',
    );
    assert.deepEqual(
      remedies.map(({ sentence, document, account, isUntried }) => [sentence, document, account, isUntried]),
      [
        [
          `Add this statement to the key policy of ${KEY}:`,
          {
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${ACCOUNT}:role/app/web` },
            Action: ['kms:Decrypt'],
            Resource: ['*'],
          },
          ACCOUNT,
          true,
        ],
      ],
    );
    assert.equal(remediesVerified, false);
    assert.deepEqual(
      new Set(provided),
      new Set([...UNREAD, `other policies of arn:aws:iam::${ACCOUNT}:role/app/web`]),
    );
    assert.match(text, /\(Not tried, and provided that what was not read allows it: /);
  });

  test('and nothing is, where AWS says that something else lacks or denies', async () => {
    for (const [name, reason] of [
      ['deny', 'with an explicit deny in an identity-based policy'],
      ['scp', 'because no service control policy allows the kms:Decrypt action'],
    ] as const) {
      const { remedies, provided, text } = await explained(name, reason);
      assert.deepEqual([remedies, provided], [[], undefined], name);
      assert.match(
        text,
        /How to fix it[\s\S]+What would let it through cannot be said: it depends on /,
        name,
      );
    }
  });
});

const scaling = 'AWSServiceRoleForAutoScaling';
const scalingArn = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/autoscaling.amazonaws.com/${scaling}`;
const scalingSession = `arn:aws:sts::${ACCOUNT}:assumed-role/${scaling}/AutoScaling`;

test('a service-linked role has what its service prescribes, whoever read it: the key policy has to name it', async () => {
  const action = 'kms:GenerateDataKeyWithoutPlaintext';
  const refused = keyEvent('GenerateDataKeyWithoutPlaintext', null, null, {
    userIdentity: {
      ...{
        type: 'AssumedRole',
        principalId: `${ROLE_ID}:AutoScaling`,
        arn: scalingSession,
        accountId: ACCOUNT,
      },
      sessionContext: {
        sessionIssuer: { type: 'Role', principalId: ROLE_ID, arn: scalingArn, accountId: ACCOUNT },
      },
      invokedBy: 'ec2-frontend-api.amazonaws.com',
    },
    errorCode: 'AccessDenied',
    errorMessage: `User: ${scalingSession} is not authorized to perform: ${action} on resource: ${KEY} because no identity-based policy allows the ${action} action`,
  });
  const world = await worldOf('linked', [madeKey(), refused]);
  const explained = (await ask(world, 'explain', { subject: refused.eventID })) as unknown as Explained;
  assert.match(
    explained.text,
    /\nNobody can attach a policy to role AWSServiceRoleForAutoScaling, so the key policy/,
  );
  const [remedy] = explained.remedies;
  assert.equal(remedy?.sentence, `Add this statement to the key policy of ${KEY}:`);
  assert.deepEqual((remedy?.document as { Principal?: object }).Principal, { AWS: scalingArn });
  assert.deepEqual(explained.provided, [`service and resource control policies over account ${ACCOUNT}`]);
  assert.equal((await verdictOf(world, scalingArn, 'kms:Decrypt')).verdict, 'denied');
});

test('one that never called is known by its name, to whoever asks or pastes what it was refused', async () => {
  const admitted = { Effect: 'Allow', Principal: { AWS: scalingArn }, Action: 'kms:Decrypt', Resource: '*' };
  const world = await worldOf('never', [madeKey({ policy: keyPolicy(admitted) })]);
  for (const principal of [scalingArn, `role/${scaling}`, scalingSession]) {
    assert.equal((await verdictOf(world, principal, 'kms:Decrypt')).verdict, 'allowed', principal);
    assert.equal((await verdictOf(world, principal, 'kms:CreateGrant')).verdict, 'denied', principal);
  }
  const { users } = (await ask(world, 'who-can', { key: KEY, action: 'kms:Decrypt' })) as unknown as WhoCan;
  assert.ok(users.some(({ principal }) => principal === scalingArn));
  const subject = `User: ${scalingSession} is not authorized to perform: kms:GenerateDataKeyWithoutPlaintext on resource: ${KEY} because no identity-based policy allows the kms:GenerateDataKeyWithoutPlaintext action`;
  const { verdict, headline, remedies } = (await ask(world, 'explain', { subject })) as unknown as Explained;
  assert.equal(verdict, 'denied', headline);
  assert.equal(remedies[0]?.sentence, `Add this statement to the key policy of ${KEY}:`);
  assert.deepEqual((remedies[0]?.document as { Principal?: object }).Principal, { AWS: scalingArn });
});

test('a group is found by its name, which its launches are tagged with', async () => {
  const by = (invokedBy: string) => ({
    ...{ requestID: 'of-the-launch' },
    userIdentity: {
      ...{
        type: 'AssumedRole',
        principalId: `${ROLE_ID}:AutoScaling`,
        arn: scalingSession,
        accountId: ACCOUNT,
      },
      ...{
        invokedBy,
        sessionContext: { sessionIssuer: { type: 'Role', principalId: ROLE_ID, arn: scalingArn } },
      },
    },
  });
  const tags = { items: [{ key: 'aws:autoscaling:groupName', value: 'web-fleet' }] };
  const tagSpecificationSet = { items: [{ resourceType: 'instance', tags: tags.items }] };
  const instancesSet = { items: [{ instanceId: 'i-0123456789abcdef0' }] };
  const action = 'kms:GenerateDataKeyWithoutPlaintext';
  const world = await worldOf('group', [
    madeKey(),
    event('ec2', 'RunInstances', { tagSpecificationSet }, { instancesSet }, by('autoscaling.amazonaws.com')),
    keyEvent('GenerateDataKeyWithoutPlaintext', null, null, {
      ...by('ec2-frontend-api.amazonaws.com'),
      errorCode: 'AccessDenied',
      errorMessage: `User: ${scalingSession} is not authorized to perform: ${action} on resource: ${KEY} because no identity-based policy allows the ${action} action`,
    }),
  ]);
  for (const subject of [
    'web-fleet',
    `arn:aws:autoscaling:us-east-1:${ACCOUNT}:autoScalingGroup:1234abcd-12ab-34cd-56ef-1234567890ab:autoScalingGroupName/web-fleet`,
    'Scaling activity of web-fleet failed: Instance became unhealthy while waiting for instance to be in InService state.',
  ]) {
    const { headline } = (await ask(world, 'explain', { subject })) as unknown as Explained;
    assert.match(
      headline,
      /^role AWSServiceRoleForAutoScaling may not kms:GenerateDataKeyWithoutPlaintext on key /,
    );
  }
  const elsewhere = await ask(world, 'explain', { subject: 'web-fleet', accountId: '999988887777' }).then(
    ({ verdict }) => verdict,
    ({ message }: Error) => message,
  );
  assert.match(
    String(elsewhere),
    /unknown|nothing is known/i,
    "another account's group of the name is another group",
  );
});

test('what ended is gone, and what came back is new', async () => {
  const world = await worldOf('ended', [
    madeKey(),
    keyEvent(
      'CreateGrant',
      { keyId: KEY, granteePrincipal: `arn:aws:iam::${ACCOUNT}:user/john`, operations: ['Decrypt'] },
      { grantId: 'c'.repeat(64) },
    ),
    keyEvent('RevokeGrant', { keyId: KEY, grantId: 'c'.repeat(64) }),
    madeUser('john', USER_ID),
    event('iam', 'PutUserPolicy', { userName: 'john', policyName: 'p', policyDocument: allow('kms:*') }),
    event('iam', 'DeleteUserPolicy', { userName: 'john', policyName: 'p' }),
    event('iam', 'DeleteUser', { userName: 'john' }),
    madeUser('john', 'AIDAEXAMPLEEXAMPLE99'),
    keyEvent(
      'ScheduleKeyDeletion',
      { keyId: KEY, pendingWindowInDays: 7 },
      { keyId: KEY, deletionDate: 'Nov 8, 2026, 12:00:00 AM' },
    ),
  ]);
  assert.equal((await verdictOf(world, 'user/john', 'kms:Decrypt')).verdict, 'denied');
  const { state } = (await ask(world, 'who-can', { key: KEY })) as unknown as WhoCan;
  assert.equal(state, 'PendingDeletion');
});

test('instances, volumes and snapshots are there as the answers to the calls that made them tell', async () => {
  const launched = {
    instanceId: 'i-0123456789abcdef0',
    imageId: 'ami-0123456789abcdef0',
    instanceType: 't3.micro',
  };
  const world = await worldOf('workload', [
    event(
      'ec2',
      'RunInstances',
      { instancesSet: { items: [{ imageId: launched.imageId, minCount: 1, maxCount: 1 }] } },
      {
        reservationId: 'r-0123456789abcdef0',
        instancesSet: { items: [{ ...launched, instanceState: { code: 0, name: 'pending' } }] },
      },
    ),
    event(
      'ec2',
      'CreateVolume',
      { size: '8', zone: 'us-east-1a', encrypted: true },
      {
        volumeId: 'vol-0123456789abcdef0',
        size: '8',
        zone: 'us-east-1a',
        status: 'creating',
        encrypted: true,
        masterEncryptionKeyId: KEY,
      },
    ),
    event('ec2', 'AttachVolume', {
      volumeId: 'vol-0123456789abcdef0',
      instanceId: launched.instanceId,
      device: '/dev/sdf',
    }),
    event(
      'ec2',
      'CreateSnapshot',
      { volumeId: 'vol-0123456789abcdef0' },
      {
        snapshotId: 'snap-0123456789abcdef0',
        volumeId: 'vol-0123456789abcdef0',
        status: 'pending',
        encrypted: true,
      },
    ),
    event('ec2', 'ModifySnapshotAttribute', {
      snapshotId: 'snap-0123456789abcdef0',
      createVolumePermission: { add: { items: [{ userId: '444455556666' }] } },
      attributeType: 'CREATE_VOLUME_PERMISSION',
    }),
    event(
      'ec2',
      'StopInstances',
      { instancesSet: { items: [{ instanceId: launched.instanceId }] } },
      {
        instancesSet: {
          items: [{ instanceId: launched.instanceId, currentState: { code: 64, name: 'stopping' } }],
        },
      },
    ),
    event('ec2', 'CreateTags', {
      resourcesSet: { items: [{ resourceId: launched.instanceId }] },
      tagSet: { items: [{ key: 'Name', value: 'web' }] },
    }),
  ]);
  const [[instance], [volume], [snapshot]] = await world.runtime.store.read((tx) =>
    Promise.all([tx.list(instances), tx.list(volumes), tx.list(snapshots)]),
  );
  assert.deepEqual(
    [instance?.id, instance?.state, instance?.imageId, instance?.tags],
    [launched.instanceId, 'stopped', launched.imageId, [{ Key: 'Name', Value: 'web' }]],
  );
  assert.deepEqual(
    [volume?.kmsKeyId, volume?.attachments[0]?.instanceId, volume?.state],
    [KEY, launched.instanceId, 'in-use'],
  );
  assert.deepEqual(
    [snapshot?.id, snapshot?.createVolumePermissions],
    ['snap-0123456789abcdef0', ['444455556666']],
  );
});

test('who used a key, how often and when last, stands beside who may', async () => {
  const world = await worldOf('used', [
    madeKey(),
    roleCall('Decrypt'),
    roleCall('Decrypt'),
    roleCall('GenerateDataKey'),
  ]);
  const { recordedUses = [] } = (await ask(world, 'who-can', { key: KEY })) as unknown as WhoCan;
  const role = `arn:aws:iam::${ACCOUNT}:role/app/web`;
  assert.deepEqual(
    recordedUses.map(({ who, action, outcome, count }) => [who, action, outcome, count]),
    [
      [role, 'kms:GenerateDataKey', 'allowed', 1],
      [role, 'kms:Decrypt', 'allowed', 2],
    ],
  );
  const { recordedUsage = [] } = (await ask(world, 'audit', {})) as unknown as Audit;
  assert.deepEqual(
    recordedUsage.map(({ key, calls, users, last }) => [key, calls, users, last.action]),
    [[KEY, 3, 1, 'kms:GenerateDataKey']],
  );
  const { hasVerdict, recordedUses: reached } = await ask(world, 'what-if', { key: KEY, state: 'disabled' });
  assert.deepEqual([hasVerdict, (reached as unknown as object[]).length], [false, 2]);
});

test('check says what was seen and not read, and what logs alone cannot answer', async () => {
  const world = await worldOf('checked', [
    madeKey(),
    roleCall('Decrypt'),
    putPolicy('web', allow('kms:Decrypt')),
  ]);
  const { coverage, calibration } = (await ask(world, 'check', {})) as unknown as Parameters<
    typeof renderCheck
  >[1] & { coverage: never; calibration: never };
  const text = renderCheck('snap', coverage, calibration);
  assert.match(text, /^snap: 1 account\n/);
  assert.match(text, /111122223333 all Regions: roles \(1, in part\), users \(1, in part\)/);
  assert.match(text, /111122223333 us-east-1: keys \(1\), key policies \(1\)/);
  assert.match(
    text,
    /For account 111122223333 there are only log files\n {2}can be answered: .*\n.*\n {2}cannot be answered: what policies have said since before/,
  );
});

test('a snapshot is taken whole, and counted once', async () => {
  await worldOf('again', [madeKey(), roleCall('Decrypt')]);
  const snapshot = join(folder, 'again-snapshot');
  const into = openForImport(snapshot);
  const so = await importFiles([snapshot, snapshot], into);
  assert.deepEqual([so.files, so.snapshots, so.records], [0, 2, 0]);
  assert.deepEqual(
    [...into.history.uses()].map(({ count }) => count),
    [1, 1],
  );
});

test('a snapshot that is imported into another brings its history', async () => {
  await worldOf('brought', [madeKey(), roleCall('Decrypt')]);
  const merged = join(folder, 'merged-snapshot');
  const into = openForImport(merged);
  const so = await importFiles([join(folder, 'brought-snapshot')], into);
  saveSnapshot(merged, into);
  assert.deepEqual([so.snapshots, so.records], [1, 2]);
  const historyOf = (of: string) => {
    const { uses, events } = loadSnapshot(of).history;
    return { uses: [...uses], events: [...events] };
  };
  const brought = historyOf(merged);
  assert.deepEqual(brought, historyOf(join(folder, 'brought-snapshot')));
  assert.deepEqual([brought.uses.length, brought.events.length], [2, 2]);
});

test('a copy of the whole bucket is read: digests and insights beside the logs are passed over', async () => {
  const bucket = join(folder, 'bucket', 'AWSLogs', 'o-exampleorgid', ACCOUNT);
  const files: [string, object][] = [
    ['CloudTrail', { Records: [madeKey(), roleCall('Decrypt')] }],
    ['CloudTrail-Digest', { awsAccountId: ACCOUNT, digestSignatureAlgorithm: 'SHA256withRSA', logFiles: [] }],
    [
      'CloudTrail-Insight',
      { Records: [{ eventType: 'AwsCloudTrailInsight', eventTime: '2026-11-01T00:00:00Z' }] },
    ],
  ];
  for (const [name, content] of files) {
    mkdirSync(join(bucket, name, 'us-east-1'), { recursive: true });
    writeFileSync(join(bucket, name, 'us-east-1', 'a.json.gz'), gzipSync(JSON.stringify(content)));
  }
  const into = openForImport(join(folder, 'bucket-snapshot'));
  const { passedOver } = await importFiles([join(folder, 'bucket')], into);
  assert.match(passedOver.join(), /CloudTrail-Digest/);
  assert.equal(into.history.size, 2);
});

test('a key that AWS deleted when its time had come is gone', async () => {
  const world = await worldOf('deleted', [
    madeKey(),
    keyEvent('CreateAlias', { aliasName: 'alias/app', targetKeyId: KEY }),
    keyEvent('DeleteKey', null, null, { eventType: 'AwsServiceEvent' }),
  ]);
  await assert.rejects(ask(world, 'who-can', { key: 'alias/app' }), /Of alias\/app nothing is known/);
});

test('who made a key is not asked by the policy of that key', async () => {
  const world = await worldOf('making', [
    madeKey({ policy: keyPolicy() }),
    keyEvent('DescribeKey', { keyId: KEY }),
  ]);
  const Principal = { AWS: `arn:aws:iam::${ACCOUNT}:root` };
  const answer = await ask(world, 'what-if', { key: KEY, policy: allow('kms:Put*', { Principal }) });
  const { denied, recordedUses } = answer as unknown as RecordedWhatIf;
  assert.deepEqual(
    denied.map(({ action }) => action),
    ['kms:DescribeKey'],
    JSON.stringify(recordedUses),
  );
});
