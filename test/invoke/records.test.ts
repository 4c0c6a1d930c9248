/** CloudTrail's events member by member, how LookupEvents finds them, and what the owner of a shared key learns. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { CloudTrailClient, type LookupAttributeKey, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { CreateVolumeCommand, DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import * as sdk from '@aws-sdk/client-kms';
import { AssumeRoleCommand, DecodeAuthorizationMessageCommand, STSClient } from '@aws-sdk/client-sts';
import { recordedCall } from '../../src/invoke/audit/recorded-call.ts';
import { validate } from '../../src/shapes/validate.ts';
import {
  ACCOUNT,
  allow,
  allowing,
  credentialsOf,
  denying,
  lookupEvents,
  newUser,
  OTHER_ACCOUNT,
  policy,
  REGION,
  rootOf,
  statement,
  type TrailEvent,
  trust,
  ZONE,
} from '../worlds/account.ts';
import { anyCall } from '../worlds/any-call.ts';
import { ec2World, type World } from '../worlds/ec2.ts';
import { keyPolicy } from '../worlds/kms.ts';
import { refusal } from '../worlds/server.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const Plaintext = Buffer.from('x');

const closing: (() => unknown)[] = [];
let world: World;
before(async () => {
  world = await ec2World({ after: (close) => closing.push(close as () => unknown) });
  await world.server.root(OTHER_ACCOUNT);
});
after(async () => {
  for (const close of closing) await close();
});

async function latest(eventName: string, account = ACCOUNT): Promise<TrailEvent> {
  const [event] = await lookupEvents(
    world.server,
    { AttributeKey: 'EventName', AttributeValue: eventName },
    account,
  );
  assert.ok(event, eventName);
  return event;
}

/** What CloudTrail's records call read-only, though no name says so. */
const READS_BY_ANOTHER_NAME = [
  'kms:Decrypt',
  'kms:DeriveSharedSecret',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyPair',
  'kms:GenerateDataKeyPairWithoutPlaintext',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:GenerateMac',
  'kms:GenerateRandom',
  'kms:ReEncrypt',
  'kms:Sign',
  'kms:Verify',
  'kms:VerifyMac',
  'sts:AssumeRole',
  'sts:AssumeRoleWithWebIdentity',
  'sts:DecodeAuthorizationMessage',
];

/** They get nothing that was there before. */
const GIVE_CREDENTIALS = ['sts:GetFederationToken', 'sts:GetSessionToken'];

/** What every record of a management call has, whatever it was. */
function ofEveryRecord(event: TrailEvent): object {
  assert.match(event.eventID, UUID);
  assert.match(String(event.requestID), UUID);
  assert.match(event.eventTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.ok(Math.abs(Date.parse(event.eventTime) - Date.now()) < 300_000);
  const { eventID, requestID, eventTime, userIdentity, userAgent } = event;
  return {
    eventVersion: '1.11',
    eventID,
    requestID,
    eventTime,
    userIdentity,
    userAgent,
    sourceIPAddress: '127.0.0.1',
    awsRegion: REGION,
    eventType: 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: ACCOUNT,
    eventCategory: 'Management',
  };
}

const keyResource = (ARN: string) => [{ accountId: ACCOUNT, type: 'AWS::KMS::Key', ARN }];

describe('the record of a call', () => {
  test('that reads tells the request and no answer', async () => {
    const KeyId = await world.newKey();
    await world.kms.send(new sdk.EncryptCommand({ KeyId, Plaintext, EncryptionContext: { a: 'b' } }));
    const event = await latest('Encrypt');
    assert.deepEqual(event, {
      ...ofEveryRecord(event),
      eventSource: 'kms.amazonaws.com',
      eventName: 'Encrypt',
      readOnly: true,
      requestParameters: {
        keyId: KeyId,
        encryptionContext: { a: 'b' },
        encryptionAlgorithm: 'SYMMETRIC_DEFAULT',
      },
      responseElements: null,
      additionalEventData: event.additionalEventData,
      resources: keyResource(KeyId),
    });
  });

  test('that changes something tells the answer too', async () => {
    await world.iam.send(new CreateUserCommand({ UserName: 'recorded', Path: '/a/' }));
    const event = await latest('CreateUser');
    const { user } = event.responseElements as { user: Record<string, string> };
    assert.deepEqual(event, {
      ...ofEveryRecord(event),
      eventSource: 'iam.amazonaws.com',
      eventName: 'CreateUser',
      readOnly: false,
      requestParameters: { userName: 'recorded', path: '/a/' },
      responseElements: {
        user: {
          path: '/a/',
          userName: 'recorded',
          userId: user.userId,
          arn: `arn:aws:iam::${ACCOUNT}:user/a/recorded`,
          createDate: user.createDate,
        },
      },
      ...(event.resources && { resources: event.resources }),
    });
  });

  test('that was denied tells nothing of the request but the reason', async () => {
    const user = await newUser(world.server, 'denied');
    const KeyId = await world.newKey();
    const kms = world.server.client(sdk.KMSClient, user.credentials);
    const { message } = await refusal(kms.send(new sdk.EncryptCommand({ KeyId, Plaintext })));
    const event = await latest('Encrypt');
    assert.deepEqual(event, {
      ...ofEveryRecord(event),
      eventSource: 'kms.amazonaws.com',
      eventName: 'Encrypt',
      readOnly: true,
      errorCode: 'AccessDenied',
      errorMessage: message,
      requestParameters: null,
      responseElements: null,
    });
  });

  test("that was denied has the service's own code for it, or the code of the error", async () => {
    const { credentials } = await newUser(world.server, 'denied-everywhere');
    for (const [service, operation] of [
      ['autoscaling', 'DescribeAutoScalingGroups'],
      ['cloudformation', 'ListStacks'],
      ['cloudtrail', 'DescribeTrails'],
      ['cloudwatch', 'DescribeAlarms'],
      ['ec2', 'DescribeVpcs'],
      ['events', 'ListRules'],
      ['iam', 'ListUsers'],
      ['kms', 'ListKeys'],
      ['logs', 'DescribeLogGroups'],
      ['organizations', 'DescribeOrganization'],
      ['ssm', 'DescribeParameters'],
    ] as const) {
      await refusal(anyCall(world.server, credentials, { service, operation }));
      const code = service === 'ec2' ? 'Client.UnauthorizedOperation' : 'AccessDenied';
      assert.equal((await latest(operation)).errorCode, code, service);
    }
  });

  test('that failed otherwise tells the request and the error', async () => {
    const KeyId = await world.newKey();
    await world.kms.send(new sdk.DisableKeyCommand({ KeyId }));
    const { code, message } = await refusal(world.kms.send(new sdk.EncryptCommand({ KeyId, Plaintext })));
    const event = await latest('Encrypt');
    assert.deepEqual(event, {
      ...ofEveryRecord(event),
      eventSource: 'kms.amazonaws.com',
      eventName: 'Encrypt',
      readOnly: true,
      errorCode: code,
      errorMessage: message,
      requestParameters: { keyId: KeyId, encryptionAlgorithm: 'SYMMETRIC_DEFAULT' },
      responseElements: null,
      resources: keyResource(KeyId),
    });
  });

  test('tells of a member above its limit only that it was left out', async () => {
    const describeWith = async (characters: number) => {
      const Name = `tag:${'x'.repeat(characters / 50)}`;
      const Filters = Array.from({ length: 50 }, () => ({ Name, Values: ['a'] }));
      await world.server.client(EC2Client).send(new DescribeInstancesCommand({ Filters }));
      return (await latest('DescribeInstances')).requestParameters;
    };
    assert.deepEqual(await describeWith(110_000), { omitted: true });
    assert.match(JSON.stringify(await describeWith(90_000)), /x{900}/);
  });

  test('that EC2 made for the caller tells the way it took, under the id of the request', async () => {
    const KmsKeyId = await world.newKey();
    const made = await world.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1, Encrypted: true, KmsKeyId }),
    );
    const event = await latest('GenerateDataKeyWithoutPlaintext');
    assert.match(String(event.sharedEventID), UUID);
    assert.deepEqual(event, {
      ...ofEveryRecord(event),
      sourceIPAddress: 'ec2-frontend-api.amazonaws.com',
      eventSource: 'kms.amazonaws.com',
      eventName: 'GenerateDataKeyWithoutPlaintext',
      readOnly: true,
      requestID: made.$metadata.requestId,
      requestParameters: {
        keyId: KmsKeyId,
        numberOfBytes: 64,
        encryptionContext: { 'aws:ebs:id': made.VolumeId },
      },
      responseElements: null,
      additionalEventData: event.additionalEventData,
      resources: keyResource(KmsKeyId),
      sharedEventID: event.sharedEventID,
      vpcEndpointId: event.vpcEndpointId,
      vpcEndpointAccountId: event.vpcEndpointId,
    });
    assert.ok(event.vpcEndpointId);
  });

  test('of a key of another account is there twice: the owner learns who, not as whom', async () => {
    const foreign = await newUser(world.server, 'foreign', {
      account: OTHER_ACCOUNT,
      allow: [allowing('kms:*')],
    });
    const KeyId = await world.newKey(
      JSON.parse(keyPolicy(ACCOUNT, statement('kms:Encrypt', { Principal: { AWS: rootOf(OTHER_ACCOUNT) } }))),
    );
    const kms = world.server.client(sdk.KMSClient, foreign.credentials);
    await kms.send(new sdk.EncryptCommand({ KeyId, Plaintext }));
    const [own, owners] = [await latest('Encrypt', OTHER_ACCOUNT), await latest('Encrypt')];
    assert.notEqual(own.eventID, owners.eventID);
    assert.match(String(own.sharedEventID), UUID);
    assert.deepEqual(owners, {
      ...own,
      eventID: owners.eventID,
      recipientAccountId: ACCOUNT,
      userIdentity: { type: 'AWSAccount', principalId: foreign.id, accountId: OTHER_ACCOUNT },
    });
    assert.equal(own.recipientAccountId, OTHER_ACCOUNT);
    assert.equal(own.userIdentity.arn, foreign.arn);
  });
});

/** As explanations rehearse it: without what is secret, and valid all the same. */
describe('a call that was denied is kept with something in the place of each secret:', () => {
  const secret = 'hunter2hunter2';
  const bytes = Buffer.from(secret);
  const CALLS: Readonly<Record<string, readonly [input: object, withheld: readonly string[]]>> = {
    'kms:Encrypt': [{ KeyId: 'alias/none', Plaintext: bytes }, ['Plaintext']],
    'kms:VerifyMac': [
      { KeyId: 'alias/none', Message: bytes, Mac: Buffer.from('mac'), MacAlgorithm: 'HMAC_SHA_256' },
      ['Message'],
    ],
    'organizations:CreateAccount': [
      { AccountName: 'prod', Email: `${secret}@example.com` },
      ['Email', 'AccountName'],
    ],
    'ssm:PutParameter': [{ Name: '/db', Type: 'String', Value: secret }, ['Value']],
    'iam:UploadServerCertificate': [
      { ServerCertificateName: 'web', CertificateBody: 'body', PrivateKey: secret },
      ['PrivateKey'],
    ],
    'events:CreateConnection': [
      {
        Name: 'hook',
        AuthorizationType: 'BASIC',
        AuthParameters: { BasicAuthParameters: { Username: 'me', Password: secret } },
      },
      ['Password'],
    ],
  };
  for (const [action, [input, withheld]] of Object.entries(CALLS)) {
    test(action, async () => {
      const { server } = world;
      const [service = '', operation = ''] = action.split(':');
      const { credentials } = await newUser(server, `keeper-of-${operation}`);
      await refusal(anyCall(server, credentials, { service, operation, input }));
      const { eventID } = await latest(operation);
      const { runtime } = server.latchkey;
      const call = await runtime.store.read((tx) => recordedCall(runtime, tx, eventID));
      assert.deepEqual([...call!.withheld].sort(), [...withheld].sort());
      const { shape, service: of } = call!.operation;
      assert.equal(validate(shape, call!.input, of.inputRefused), undefined);
      const kept = inspect(call!.input);
      for (const each of [secret, bytes.toString('base64'), inspect(bytes)]) assert.ok(!kept.includes(each));
    });
  }
});

test('read-only is what by its name reads, and what uses a key or gives a session', () => {
  const reading =
    /^(?:BatchGet|Describe|Detect|Estimate|Filter|Get|List|Lookup|Preview|Search|Simulate|Test|Validate)/;
  const found = [...world.server.latchkey.runtime.registry.operations()].filter(
    ({ definition, name }) => (definition.readOnly ?? false) !== reading.test(name),
  );
  const named = (isReadOnly: boolean) =>
    found
      .filter(({ definition }) => (definition.readOnly ?? false) === isReadOnly)
      .map(({ service, name }) => `${service.id}:${name}`)
      .sort();
  assert.deepEqual(named(true), READS_BY_ANOTHER_NAME);
  assert.deepEqual(named(false), GIVE_CREDENTIALS);
});

describe('LookupEvents finds a call', () => {
  test('by each of its attributes, and by no other value', async () => {
    const user = await newUser(world.server, 'seeker', { allow: [allowing('*')] });
    const KeyId = await world.newKey();
    const kms = world.server.client(sdk.KMSClient, user.credentials);
    await kms.send(new sdk.GetKeyPolicyCommand({ KeyId }));
    const { eventID } = await latest('GetKeyPolicy');
    const find = async (AttributeKey: LookupAttributeKey, AttributeValue: string) =>
      (await lookupEvents(world.server, { AttributeKey, AttributeValue })).some(
        (event) => event.eventID === eventID,
      );
    const right: readonly [LookupAttributeKey, string][] = [
      ['EventId', eventID],
      ['EventName', 'GetKeyPolicy'],
      ['EventSource', 'kms.amazonaws.com'],
      ['ReadOnly', 'true'],
      ['Username', 'seeker'],
      ['AccessKeyId', user.credentials.accessKeyId],
      ['ResourceName', KeyId],
      ['ResourceName', KeyId.split('/')[1]!],
      ['ResourceType', 'AWS::KMS::Key'],
    ];
    for (const [key, value] of right) assert.equal(await find(key, value), true, `${key} ${value}`);
    const wrong: readonly [LookupAttributeKey, string][] = [
      ['EventId', user.credentials.accessKeyId],
      ['EventName', 'GetKey'],
      ['EventSource', 'iam.amazonaws.com'],
      ['ReadOnly', 'false'],
      ['Username', 'seek'],
      ['AccessKeyId', (await world.server.root()).accessKeyId],
      ['ResourceName', KeyId.slice(0, -1)],
      ['ResourceType', 'AWS::KMS::Alias'],
    ];
    for (const [key, value] of wrong) assert.equal(await find(key, value), false, `${key} ${value}`);
  });

  test('that a service made by itself by each of its attributes, and shows its resource beside it', async () => {
    const KeyId = await world.newKey();
    await world.kms.send(new sdk.RotateKeyOnDemandCommand({ KeyId }));
    await world.server.settled();
    const event = await latest('RotateKey');
    assert.match(event.eventID, UUID);
    assert.equal(event.eventType, 'AwsServiceEvent');
    const id = KeyId.split('/')[1]!;
    for (const [AttributeKey, AttributeValue] of [
      ['EventId', event.eventID],
      ['EventSource', 'kms.amazonaws.com'],
      ['ReadOnly', 'false'],
      ['ResourceName', KeyId],
      ['ResourceName', id],
      ['ResourceType', 'AWS::KMS::Key'],
    ] as const) {
      const found = await lookupEvents(world.server, { AttributeKey, AttributeValue });
      assert.ok(
        found.some(({ eventID }) => eventID === event.eventID),
        `${AttributeKey} ${AttributeValue}`,
      );
    }
  });

  test('by the name of whoever made it: a user, root, a session', async () => {
    const user = await newUser(world.server, 'assumer', { allow: [allowing('*')] });
    const trustPolicy = policy({
      Effect: 'Allow',
      Principal: { AWS: user.arn },
      Action: 'sts:AssumeRole',
    });
    const { Role } = await world.iam.send(
      new CreateRoleCommand({ RoleName: 'lister', AssumeRolePolicyDocument: trustPolicy }),
    );
    await world.iam.send(
      new PutRolePolicyCommand({ RoleName: 'lister', PolicyName: 'p', PolicyDocument: allow('kms:*') }),
    );
    const sts = world.server.client(STSClient, user.credentials);
    const { Credentials } = await sts.send(
      new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'a-session' }),
    );
    const session = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    };
    const callers = { root: undefined, assumer: user.credentials, 'a-session': session };
    for (const [name, credentials] of Object.entries(callers)) {
      await world.server.client(sdk.KMSClient, credentials).send(new sdk.ListKeysCommand({}));
      const [event] = await lookupEvents(world.server, { AttributeKey: 'Username', AttributeValue: name });
      assert.equal(event?.eventName, 'ListKeys', name);
      // The summary beside the event says the same.
      const cloudtrail = world.server.client(CloudTrailClient);
      const { Events } = await cloudtrail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'EventId', AttributeValue: event.eventID }],
        }),
      );
      const [shown] = Events!;
      assert.deepEqual(
        [shown!.EventId, shown!.EventName, shown!.EventSource, shown!.ReadOnly, shown!.Username],
        [event.eventID, 'ListKeys', 'kms.amazonaws.com', 'true', name],
      );
      assert.equal(shown!.EventTime!.getTime(), Date.parse(event.eventTime));
    }
  });
});

describe('the encoded message of a denial', () => {
  test('says who asked for what, under which conditions, and what decided', async () => {
    const statementOf = {
      Sid: 'No',
      Effect: 'Deny',
      Action: ['ec2:CreateVolume', 'ec2:Delete*'],
      Resource: ['arn:aws:ec2:*:*:volume/*', '*'],
      Condition: { StringEquals: { 'aws:RequestedRegion': [REGION, 'eu-west-1'] } },
    };
    const user = await newUser(world.server, 'coded', { allow: [allowing('*'), statementOf] });
    const create = async (credentials: typeof user.credentials) => {
      const ec2 = world.server.client(EC2Client, credentials);
      const { message } = await refusal(
        ec2.send(new CreateVolumeCommand({ AvailabilityZone: ZONE, Size: 1 })),
      );
      const encoded = message.match(/Encoded authorization failure message: (\S+)/)![1]!;
      const sts = world.server.client(STSClient);
      const { DecodedMessage } = await sts.send(
        new DecodeAuthorizationMessageCommand({ EncodedMessage: encoded }),
      );
      return { decoded: JSON.parse(DecodedMessage!), encoded };
    };
    const { decoded, encoded } = await create(user.credentials);
    const items = (...values: string[]) => ({ items: values.map((value) => ({ value })) });
    const { conditions, ...context } = decoded.context;
    assert.deepEqual(
      { ...decoded, context },
      {
        allowed: false,
        explicitDeny: true,
        matchedStatements: {
          items: [
            {
              statementId: 'No',
              effect: 'DENY',
              principals: items(user.id),
              principalGroups: { items: [] },
              actions: items('ec2:CreateVolume', 'ec2:Delete*'),
              resources: items('arn:aws:ec2:*:*:volume/*', '*'),
              conditions: {
                items: [{ key: 'aws:RequestedRegion', values: items(REGION, 'eu-west-1') }],
              },
            },
          ],
        },
        failures: { items: [] },
        context: {
          principal: { id: user.id, name: 'coded', arn: user.arn },
          action: 'CreateVolume',
          resource: `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/*`,
        },
      },
    );
    // The conditions are those of the resource, as AWS describes it, and none of the caller's or the request's.
    const values = new Map(
      (conditions.items as { key: string; values: { items: { value: string }[] } }[]).map(
        ({ key, values: of }) => [key, of.items.map(({ value }) => value)],
      ),
    );
    const expected = {
      'aws:ARN': `arn:aws:ec2:${REGION}:${ACCOUNT}:volume/*`,
      'aws:Account': ACCOUNT,
      'aws:Region': REGION,
      'aws:Resource': 'volume/*',
      'aws:ResourceBeingCreated': 'true',
      'aws:Service': 'ec2',
      'aws:Type': 'volume',
      'ec2:Region': REGION,
      'ec2:VolumeID': '*',
      'ec2:VolumeSize': '1',
      'ec2:Encrypted': 'false',
    };
    for (const [key, value] of Object.entries(expected)) assert.deepEqual(values.get(key), [value], key);
    for (const key of ['aws:PrincipalArn', 'aws:SourceIp', 'aws:CurrentTime', 'aws:RequestedRegion']) {
      assert.ok(!values.has(key), key);
    }
    // It is for principals of the account.
    const other = world.server.client(STSClient, await world.server.root(OTHER_ACCOUNT));
    const { code } = await refusal(
      other.send(new DecodeAuthorizationMessageCommand({ EncodedMessage: encoded })),
    );
    assert.equal(code, 'InvalidAuthorizationMessageException');

    const none = await newUser(world.server, 'uncoded', { allow: [denying('s3:*')] });
    const implicit = (await create(none.credentials)).decoded;
    assert.deepEqual([implicit.explicitDeny, implicit.matchedStatements], [false, { items: [] }]);

    // A role's own policies are about the role, and what bounds somebody has no name.
    const principals = async (credentials: typeof user.credentials) =>
      (await create(credentials)).decoded.matchedStatements.items[0].principals;
    const role = { RoleName: 'coded', AssumeRolePolicyDocument: trust({ AWS: rootOf(ACCOUNT) }) };
    const { Role } = await world.iam.send(new CreateRoleCommand(role));
    const no = { RoleName: 'coded', PolicyName: 'no', PolicyDocument: policy(denying('ec2:CreateVolume')) };
    await world.iam.send(new PutRolePolicyCommand(no));
    const asked = new AssumeRoleCommand({ RoleArn: Role!.Arn, RoleSessionName: 'session' });
    const assuming = await newUser(world.server, 'assuming', { allow: [allowing('sts:AssumeRole')] });
    const { Credentials } = await world.server.client(STSClient, assuming.credentials).send(asked);
    assert.deepEqual(await principals(credentialsOf(Credentials)), items(Role!.RoleId!));
    const { Policy } = await world.iam.send(
      new CreatePolicyCommand({ PolicyName: 'bound', PolicyDocument: policy(denying('ec2:CreateVolume')) }),
    );
    const bound = await newUser(world.server, 'bound', { allow: [allowing('*')], boundary: Policy!.Arn! });
    assert.deepEqual(await principals(bound.credentials), items('SCOPE_POLICY_ISSUER'));
  });
});
