/** `latchkey rekey` while work is under way: whatever was sealed under the old root key, which is gone, opens still. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as cf from '@aws-sdk/client-cloudformation';
import {
  CreateCustomerGatewayCommand,
  CreateVpnConnectionCommand,
  DescribeImagesCommand,
  DescribeVpnConnectionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { CreateVirtualMFADeviceCommand, EnableMFADeviceCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateKeyCommand, DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import type { ExplanationAnswer } from '../../src/control/explanations.ts';
import { allowing, newUser, OTHER_ACCOUNT, rootOf, type TestUser } from '../worlds/account.ts';
import { mfaCode, STEP_MS, seedBytes } from '../worlds/mfa.ts';
import { type Credentials, refusal, startServerFor, type TestServer } from '../worlds/server.ts';
import { stacksOf } from '../worlds/stacks.ts';

const Plaintext = Buffer.from('text');

describe('after a new root key', () => {
  let server: TestServer;
  let builder: TestUser;
  let stranger: TestUser;
  let root: Credentials;
  let SerialNumber: string;
  let seed: Buffer;
  let sealed: Uint8Array;
  before(async () => {
    server = await startServerFor(undefined);
    root = await server.root(OTHER_ACCOUNT);
    builder = await newUser(server, 'builder', { allow: [allowing('*')] });
    stranger = await newUser(server, 'stranger');
    const kms = server.client(KMSClient);
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata!.Arn!;
    sealed = (await kms.send(new EncryptCommand({ KeyId, Plaintext }))).CiphertextBlob!;
    await refusal(
      server.client(KMSClient, stranger.credentials).send(new EncryptCommand({ KeyId, Plaintext })),
    );
    await startStack();
    await enableMfa();
    await joinNetworks();
    const { resealed } = await server.ask<{ resealed: number }>('rekey');
    assert.ok(resealed > 5, `${resealed}`);
  });
  after(() => server.close());

  /** It stops halfway, for a signal, with a secret parameter still to be used. */
  async function startStack(): Promise<void> {
    const { Images: [image] = [] } = await server.client(EC2Client).send(
      new DescribeImagesCommand({
        Owners: ['amazon'],
        Filters: [{ Name: 'architecture', Values: ['x86_64'] }],
      }),
    );
    const template = {
      Parameters: { Name: { Type: 'String', NoEcho: true } },
      Resources: {
        Instance: {
          Type: 'AWS::EC2::Instance',
          Properties: { ImageId: image?.ImageId, InstanceType: 't3.micro' },
          CreationPolicy: { ResourceSignal: { Count: 1, Timeout: 'PT1H' } },
        },
        Group: {
          Type: 'AWS::Logs::LogGroup',
          DependsOn: 'Instance',
          Properties: { LogGroupName: { Ref: 'Name' } },
        },
      },
      Outputs: { Name: { Value: { Ref: 'Group' } } },
    };
    await server.client(cf.CloudFormationClient, builder.credentials).send(
      new cf.CreateStackCommand({
        StackName: 'halfway',
        TemplateBody: JSON.stringify(template),
        Parameters: [{ ParameterKey: 'Name', ParameterValue: 'secret-name' }],
      }),
    );
    await server.settled();
  }

  async function joinNetworks(): Promise<void> {
    const client = server.client(EC2Client);
    const Type = 'ipsec.1';
    const { CustomerGateway } = await client.send(
      new CreateCustomerGatewayCommand({ Type, IpAddress: '203.0.113.1', BgpAsn: 65_010 }),
    );
    const CustomerGatewayId = CustomerGateway?.CustomerGatewayId;
    const Options = { TunnelOptions: [{ PreSharedKey: 'correct.horse' }] };
    await client.send(new CreateVpnConnectionCommand({ Type, CustomerGatewayId, Options }));
  }

  async function enableMfa(): Promise<void> {
    const iam = server.client(IAMClient);
    const { VirtualMFADevice: device } = await iam.send(
      new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName: 'phone' }),
    );
    SerialNumber = device!.SerialNumber!;
    seed = seedBytes(Buffer.from(device!.Base32StringSeed as Uint8Array).toString());
    const { nowMs } = await server.ask<{ nowMs: number }>('clock');
    const [AuthenticationCode1, AuthenticationCode2] = [mfaCode(seed, nowMs - STEP_MS), mfaCode(seed, nowMs)];
    await iam.send(
      new EnableMFADeviceCommand({
        UserName: 'builder',
        SerialNumber,
        AuthenticationCode1,
        AuthenticationCode2,
      }),
    );
  }

  test('the keys of users and roots sign, and the seed of a device makes its codes', async () => {
    const whoIs = async (credentials: Credentials) =>
      (await server.client(STSClient, credentials).send(new GetCallerIdentityCommand({}))).Arn;
    assert.equal(await whoIs(builder.credentials), builder.arn);
    assert.equal(await whoIs(root), rootOf(OTHER_ACCOUNT));
    const { nowMs } = await server.ask<{ nowMs: number }>('clock');
    const { Credentials } = await server
      .client(STSClient, builder.credentials)
      .send(new GetSessionTokenCommand({ SerialNumber, TokenCode: mfaCode(seed, nowMs + STEP_MS) }));
    assert.ok(Credentials);
  });

  test('keys open what they sealed', async () => {
    const opened = await server.client(KMSClient).send(new DecryptCommand({ CiphertextBlob: sealed }));
    assert.deepEqual(Buffer.from(opened.Plaintext!), Plaintext);
  });

  test('a tunnel keeps its pre-shared key', async () => {
    const client = server.client(EC2Client);
    const { VpnConnections } = await client.send(new DescribeVpnConnectionsCommand({}));
    assert.equal(VpnConnections?.[0]?.Options?.TunnelOptions?.[0]?.PreSharedKey, 'correct.horse');
  });

  test('a stack goes on for its user, with its secret parameter', async () => {
    const stacks = stacksOf(server, builder.credentials);
    await server.advance(2000);
    await stacks.client.send(
      new cf.SignalResourceCommand({
        StackName: 'halfway',
        LogicalResourceId: 'Instance',
        UniqueId: 'i-1',
        Status: 'SUCCESS',
      }),
    );
    await server.advance(2000);
    const { StackStatus, Outputs } = await stacks.settled('halfway');
    assert.equal(StackStatus, 'CREATE_COMPLETE', (await stacks.story('halfway')).join('\n'));
    assert.equal(Outputs?.[0]?.OutputValue, 'secret-name');
  });

  test('a denial is explained, and its remedy tried with the call as it was', async () => {
    const { verdict, remediesVerified } = await server.ask<ExplanationAnswer>('explain', {
      subject: 'user/stranger',
    });
    assert.deepEqual([verdict, remediesVerified], ['denied', true]);
  });
});
