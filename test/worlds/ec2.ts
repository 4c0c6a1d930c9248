/** An account with a key, an image and users: what the tests of EC2 start from, all through the front door. */
import type { TestContext } from 'node:test';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  EC2Client,
  type Instance,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  type Volume,
} from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { LatchkeyOptions } from '../../src/assemble.ts';
import { eventLog } from '../../src/invoke/audit/event-outbox.ts';
import { type Credentials, startServerFor, type TestServer } from './server.ts';

export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';
export const ZONE = 'us-east-1a';

/** A CloudTrail event, parsed. */
export interface TrailEvent {
  eventName: string;
  eventSource: string;
  eventID: string;
  requestID: string;
  eventTime: string;
  userIdentity: Record<string, unknown>;
  sourceIPAddress: string;
  userAgent: string;
  readOnly: boolean;
  errorCode?: string;
  errorMessage?: string;
  requestParameters: Record<string, unknown> | null;
  responseElements: Record<string, unknown> | null;
  additionalEventData?: Record<string, unknown>;
  resources?: { accountId: string; type: string; ARN: string }[];
  [member: string]: unknown;
}

export interface EventBridgeEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Record<string, unknown>;
}

export interface User {
  readonly name: string;
  readonly arn: string;
  readonly ec2: EC2Client;
  readonly kms: KMSClient;
  readonly credentials: Credentials;
}

export interface World {
  readonly server: TestServer;
  readonly ec2: EC2Client;
  readonly kms: KMSClient;
  readonly iam: IAMClient;
  /** A public x86_64 image with an unencrypted root volume. */
  readonly imageId: string;
  /** A customer managed key with the default key policy. */
  newKey(policy?: object): Promise<string>;
  /** A user with one inline policy. */
  user(name: string, ...statements: object[]): Promise<User>;
  allow(user: string, policyName: string, ...statements: object[]): Promise<void>;
  run(input?: Partial<RunInstancesCommandInput>, client?: EC2Client): Promise<string>;
  instance(instanceId: string): Promise<Instance>;
  volume(volumeId: string): Promise<Volume | undefined>;
  /** All of the account's events, oldest first. */
  trail(attribute?: {
    name: 'EventName' | 'EventSource' | 'ResourceName';
    value: string;
  }): Promise<TrailEvent[]>;
  /** Everything that went to EventBridge, oldest first. */
  events(): Promise<EventBridgeEvent[]>;
}

export const allowing = (...actions: string[]) => ({ Effect: 'Allow', Action: actions, Resource: '*' });
export const denying = (...actions: string[]) => ({ Effect: 'Deny', Action: actions, Resource: '*' });

export async function ec2World(
  context: Pick<TestContext, 'after'> | undefined,
  options: LatchkeyOptions = {},
): Promise<World> {
  const server = await startServerFor(context, options);
  const ec2 = server.client(EC2Client);
  const kms = server.client(KMSClient);
  const iam = server.client(IAMClient);
  const cloudtrail = server.client(CloudTrailClient);
  const { Images: found } = await ec2.send(
    new DescribeImagesCommand({
      Owners: ['amazon'],
      Filters: [{ Name: 'architecture', Values: ['x86_64'] }],
    }),
  );
  const imageId = found!.find(({ Platform: platform }) => !platform)!.ImageId!;

  const allow: World['allow'] = async (user, name, ...statements) => {
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: statements });
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
      const made = await iam.send(new CreateUserCommand({ UserName: name }));
      if (statements.length > 0) await allow(name, 'policy', ...statements);
      const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
      const credentials = { accessKeyId: key!.AccessKeyId!, secretAccessKey: key!.SecretAccessKey! };
      return {
        name,
        arn: made.User!.Arn!,
        ec2: server.client(EC2Client, credentials),
        kms: server.client(KMSClient, credentials),
        credentials,
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
    async volume(volumeId) {
      const { Volumes } = await ec2.send(
        new DescribeVolumesCommand({ Filters: [{ Name: 'volume-id', Values: [volumeId] }] }),
      );
      return Volumes?.[0];
    },
    async trail(attribute) {
      const events: TrailEvent[] = [];
      let NextToken: string | undefined;
      do {
        const page = await cloudtrail.send(
          new LookupEventsCommand({
            LookupAttributes: attribute && [
              { AttributeKey: attribute.name, AttributeValue: attribute.value },
            ],
            NextToken,
          }),
        );
        for (const { CloudTrailEvent } of page.Events ?? [])
          events.push(JSON.parse(CloudTrailEvent!) as TrailEvent);
        NextToken = page.NextToken;
      } while (NextToken);
      return events.reverse();
    },
    async events() {
      const entries = await server.latchkey.runtime.store.read((tx) => tx.scan(eventLog, { limit: 1000 }));
      return entries.map(({ body }) => body as unknown as EventBridgeEvent).reverse();
    },
  };
}

/** The KMS calls made for one EC2 request, in order. */
export function kmsCalls(trail: readonly TrailEvent[], since: string): TrailEvent[] {
  const start = trail.findIndex(({ eventID }) => eventID === since);
  return trail.slice(start + 1).filter(({ eventSource }) => eventSource === 'kms.amazonaws.com');
}
