/** An account with a key, an image and users: what the tests of EC2 start from, all through the front door. */
import type { TestContext } from 'node:test';
import {
  CreateSnapshotCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  type Volume,
} from '@aws-sdk/client-ec2';
import { IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { LatchkeyOptions } from '../../src/latchkey.ts';
import {
  type EventBridgeEvent,
  emittedEvents,
  lookupEvents,
  newUser,
  policy,
  type TestUser,
  type TrailEvent,
  ZONE,
} from './account.ts';
import { startServerFor, type TestServer } from './server.ts';

export interface User extends TestUser {
  readonly ec2: EC2Client;
  readonly kms: KMSClient;
}

/** Of a launch: its root volume under the key. */
export const encryptedRoot = (KmsKeyId: string) => ({
  BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId } }],
});

export interface World {
  readonly server: TestServer;
  readonly ec2: EC2Client;
  readonly kms: KMSClient;
  readonly iam: IAMClient;
  /** As `imageOf` gives it. Its root volume is not encrypted. */
  readonly imageId: string;
  /** A customer managed key with the default key policy. */
  newKey(policy?: object): Promise<string>;
  /** A user with one inline policy. */
  user(name: string, ...statements: object[]): Promise<User>;
  allow(user: string, policyName: string, ...statements: object[]): Promise<void>;
  run(input?: Partial<RunInstancesCommandInput>, client?: EC2Client): Promise<string>;
  instance(instanceId: string): Promise<Instance>;
  /** Made, and settled: of 1 GiB, or of the snapshot's size, under the key that is given. */
  newVolume(input?: Partial<CreateVolumeCommandInput>): Promise<string>;
  newSnapshot(volumeId: string): Promise<string>;
  volume(volumeId: string): Promise<Volume | undefined>;
  /** All of the account's events, oldest first. */
  trail(attribute?: {
    name: 'EventName' | 'EventSource' | 'ResourceName';
    value: string;
  }): Promise<TrailEvent[]>;
  /** Everything that went to EventBridge, oldest first. */
  events(): Promise<EventBridgeEvent[]>;
}

/** A public x86_64 image, whose root device is /dev/xvda. */
export async function imageOf(server: TestServer): Promise<string> {
  const Filters = [
    { Name: 'architecture', Values: ['x86_64'] },
    { Name: 'name', Values: ['al2023-*'] },
  ];
  const { Images: [image] = [] } = await server
    .client(EC2Client)
    .send(new DescribeImagesCommand({ Owners: ['amazon'], Filters }));
  return image?.ImageId as string;
}

export async function ec2World(
  context: Pick<TestContext, 'after'> | undefined,
  options: LatchkeyOptions = {},
): Promise<World> {
  const server = await startServerFor(context, options);
  const ec2 = server.client(EC2Client);
  const kms = server.client(KMSClient);
  const iam = server.client(IAMClient);
  const imageId = await imageOf(server);

  const allow: World['allow'] = async (user, name, ...statements) => {
    const PolicyDocument = policy(...statements);
    await iam.send(new PutUserPolicyCommand({ UserName: user, PolicyName: name, PolicyDocument }));
  };

  return {
    server,
    ec2,
    kms,
    iam,
    imageId,
    async newKey(policy) {
      const made = await kms.send(new CreateKeyCommand({ Policy: policy && JSON.stringify(policy) }));
      return made.KeyMetadata!.Arn!;
    },
    allow,
    async user(name, ...statements) {
      const user = await newUser(server, name, { allow: statements });
      return {
        ...user,
        ec2: server.client(EC2Client, user.credentials),
        kms: server.client(KMSClient, user.credentials),
      };
    },
    async run(input = {}, client = ec2) {
      const made = await client.send(
        new RunInstancesCommand({
          ImageId: imageId,
          InstanceType: 't3.micro',
          MinCount: 1,
          MaxCount: 1,
          ...input,
        }),
      );
      return made.Instances![0]!.InstanceId!;
    },
    async instance(instanceId) {
      const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
      return Reservations![0]!.Instances![0]!;
    },
    async newVolume(input = {}) {
      const Size = input.SnapshotId === undefined ? 1 : undefined;
      const Encrypted = input.KmsKeyId === undefined ? undefined : true;
      const made = await ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: ZONE, Size, Encrypted, ...input }),
      );
      await server.settled();
      return made.VolumeId!;
    },
    async newSnapshot(VolumeId) {
      const made = await ec2.send(new CreateSnapshotCommand({ VolumeId }));
      await server.settled();
      return made.SnapshotId!;
    },
    async volume(volumeId) {
      const { Volumes } = await ec2.send(
        new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values: [volumeId] }] }),
      );
      return Volumes?.[0];
    },
    trail: async (attribute) =>
      (
        await lookupEvents(
          server,
          attribute && { AttributeKey: attribute.name, AttributeValue: attribute.value },
        )
      ).reverse(),
    events: () => emittedEvents(server),
  };
}

/** The KMS calls made for one EC2 request, in order. */
export function kmsCalls(trail: readonly TrailEvent[], since: string): TrailEvent[] {
  const start = trail.findIndex(({ eventID }) => eventID === since);
  return trail.slice(start + 1).filter(({ eventSource }) => eventSource === 'kms.amazonaws.com');
}
