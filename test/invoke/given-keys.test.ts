/**
 * Global condition keys that AWS gives to requests of some actions only, each seen by a Deny of calls that lack it, on a way that
 * would give it. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CloudFormationClient, ListStacksCommand } from '@aws-sdk/client-cloudformation';
import { EBSClient, ListSnapshotBlocksCommand } from '@aws-sdk/client-ebs';
import {
  AcceptVpcPeeringConnectionCommand,
  CreateVpcEndpointCommand,
  CreateVpcPeeringConnectionCommand,
  DescribeVolumesCommand,
  DescribeVpcsCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { CreateOrganizationCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { DecodeAuthorizationMessageCommand, STSClient } from '@aws-sdk/client-sts';
import { isGiven as isPutInto } from '../../src/invoke/given-keys.ts';
import { allowing, REGION, statement, trust, userWith } from '../worlds/account.ts';
import { type Credentials, startServerFor, type TestServer } from '../worlds/server.ts';

let server: TestServer;
let vpcId: string;
const endpoints = new Map<string, string>();

before(async () => {
  server = await startServerFor(undefined);
  await server.client(OrganizationsClient).send(new CreateOrganizationCommand({}));
  const ec2 = server.client(EC2Client);
  vpcId = (await ec2.send(new DescribeVpcsCommand({}))).Vpcs![0]!.VpcId!;
  for (const service of ['cloudformation', 'ebs', 'ec2', 'kms', 'sts']) {
    const ServiceName = `com.amazonaws.${REGION}.${service}`;
    const input = { VpcId: vpcId, VpcEndpointType: 'Interface', ServiceName } as const;
    const { VpcEndpoint } = await ec2.send(new CreateVpcEndpointCommand(input));
    endpoints.set(service, VpcEndpoint!.VpcEndpointId!);
  }
});
after(() => server.close());

interface Options {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly maxAttempts: number;
}

const DryRun = true;
const PEERING = 'pcx-0123456789abcdef0';
const SNAPSHOT = 'snap-0123456789abcdef0';

/** By their actions; what is asked for is not there, or not done, which says that it was allowed. */
const CALLS: Readonly<Record<string, (options: Options) => Promise<unknown>>> = {
  'kms:ListKeys': (o) => new KMSClient(o).send(new ListKeysCommand({})),
  'ebs:ListSnapshotBlocks': (o) =>
    new EBSClient(o).send(new ListSnapshotBlocksCommand({ SnapshotId: SNAPSHOT })),
  'cloudformation:ListStacks': (o) => new CloudFormationClient(o).send(new ListStacksCommand({})),
  'sts:DecodeAuthorizationMessage': (o) =>
    new STSClient(o).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: 'none' })),
  'ec2:DescribeVolumes': (o) => new EC2Client(o).send(new DescribeVolumesCommand({ DryRun })),
  'ec2:CreateVpcEndpoint': (o) =>
    new EC2Client(o).send(
      new CreateVpcEndpointCommand({ DryRun, VpcId: vpcId, ServiceName: `com.amazonaws.${REGION}.s3` }),
    ),
  'ec2:CreateVpcPeeringConnection': (o) =>
    new EC2Client(o).send(new CreateVpcPeeringConnectionCommand({ DryRun, VpcId: vpcId, PeerVpcId: vpcId })),
  'ec2:AcceptVpcPeeringConnection': (o) =>
    new EC2Client(o).send(new AcceptVpcPeeringConnectionCommand({ DryRun, VpcPeeringConnectionId: PEERING })),
};

const DENIED = ['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'];

/** A user who may do anything in requests that have the key. */
const userByKey = new Map<string, Promise<Credentials>>();
function needing(key: string): Promise<Credentials> {
  const Deny = statement('*', { Effect: 'Deny', Condition: { Null: { [key]: 'true' } } });
  const user =
    userByKey.get(key) ?? userWith(server, `needs-${key.replace(/\W/g, '-')}`, allowing('*'), Deny);
  userByKey.set(key, user);
  return user;
}

async function isGiven(key: string, action: string): Promise<boolean> {
  const [service = ''] = action.split(':');
  return isAllowed(service, await needing(key), CALLS[action]!);
}

async function isAllowed(
  service: string,
  credentials: Credentials,
  call: (options: Options) => Promise<unknown>,
): Promise<boolean> {
  const endpoint = `${server.url}/${endpoints.get(service)}`;
  const answer = call({ endpoint, region: REGION, credentials, maxAttempts: 1 });
  const failure = await answer.then(
    () => undefined,
    (error: Error) => error,
  );
  return !DENIED.includes(failure?.name ?? '');
}

const EVERY = Object.keys(CALLS);
const KNOWING_OWNERS = ['kms:ListKeys', 'ebs:ListSnapshotBlocks', 'cloudformation:ListStacks'];
const WITH_RESOURCE = [
  'kms:ListKeys',
  'cloudformation:ListStacks',
  'sts:DecodeAuthorizationMessage',
  'ec2:DescribeVolumes',
];

describe('to which actions a global condition key is given', () => {
  for (const [key, actions] of Object.entries({
    'aws:SourceVpce': EVERY,
    'aws:SourceVpc': EVERY,
    'aws:VpcSourceIp': EVERY,
    'aws:PrincipalOrgID': EVERY,
    'aws:SourceVpcArn': KNOWING_OWNERS,
    'aws:VpceAccount': KNOWING_OWNERS,
    'aws:VpceOrgID': KNOWING_OWNERS,
    'aws:VpceOrgPaths': [...KNOWING_OWNERS, 'sts:DecodeAuthorizationMessage'],
    'aws:ResourceAccount': WITH_RESOURCE,
    'aws:ResourceOrgID': WITH_RESOURCE,
    'aws:ResourceOrgPaths': WITH_RESOURCE,
  })) {
    test(key, async () => {
      const given: string[] = [];
      for (const action of EVERY) if (await isGiven(key, action)) given.push(action);
      assert.deepEqual(given, actions);
    });
  }
});

test('iam:PassRole is given nothing of an endpoint’s owner, though the rest of IAM is', async () => {
  const iam = server.client(IAMClient);
  const names = { RoleName: 'web', InstanceProfileName: 'web' };
  const AssumeRolePolicyDocument = trust({ Service: 'ec2.amazonaws.com' });
  await iam.send(new CreateRoleCommand({ ...names, AssumeRolePolicyDocument }));
  await iam.send(new CreateInstanceProfileCommand(names));
  await iam.send(new AddRoleToInstanceProfileCommand(names));
  const launch = (o: Options) =>
    new EC2Client(o).send(
      new RunInstancesCommand({
        ...{
          DryRun,
          MinCount: 1,
          MaxCount: 1,
          ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
        },
        IamInstanceProfile: { Name: 'web' },
      }),
    );
  const passing = async (key: string) => {
    const Deny = statement('iam:PassRole', { Effect: 'Deny', Condition: { Null: { [key]: 'true' } } });
    return isAllowed('ec2', await userWith(server, `passes-${key.slice(4)}`, allowing('*'), Deny), launch);
  };
  assert.deepEqual(
    [await passing('aws:SourceVpce'), await passing('aws:VpceAccount'), await passing('aws:VpceOrgPaths')],
    [true, false, false],
  );
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
test('requests for tokens say for how long and for which service, and those of roles do not', () => {
  const asking = (key: string) =>
    ['GetServiceBearerToken', 'GetWebIdentityToken', 'AssumeRole', 'AssumeRoleWithWebIdentity'].filter(
      (name) => isPutInto(key, `sts:${name}`),
    );
  assert.deepEqual(asking('sts:DurationSeconds'), ['GetServiceBearerToken', 'GetWebIdentityToken']);
  assert.deepEqual(asking('sts:AWSServiceName'), ['GetServiceBearerToken']);
});
