/** Accounts, users, roles and keys: what the tests of KMS start from, all through the front door. */
import type { TestContext } from 'node:test';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, type CreateKeyCommandInput, KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { LatchkeyOptions } from '../../src/assemble.ts';
import { eventLog } from '../../src/invoke/audit/event-outbox.ts';
import type { EventEnvelope } from '../../src/invoke/event.ts';
import { type Credentials, startServerFor, type TestServer } from './server.ts';

export const ACCOUNT = '123456789012';
export const OTHER_ACCOUNT = '210987654321';
export const REGION = 'us-east-1';
export const DAY_MS = 86_400_000;

export const rootOf = (account: string) => `arn:aws:iam::${account}:root`;

export const statement = (Action: string | string[], rest: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...rest,
});

export const policy = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

/** A key policy that keeps the account in control, and says more. */
export const keyPolicy = (account: string, ...statements: object[]) =>
  policy(statement('kms:*', { Principal: { AWS: rootOf(account) } }), ...statements);

export interface TrailEvent {
  eventName: string;
  eventType: string;
  eventID: string;
  requestID?: string;
  errorCode?: string;
  errorMessage?: string;
  readOnly: boolean;
  recipientAccountId: string;
  sharedEventID?: string;
  userIdentity: Record<string, unknown>;
  requestParameters: Record<string, unknown> | null;
  responseElements: Record<string, unknown> | null;
  additionalEventData?: Record<string, unknown>;
  serviceEventDetails?: Record<string, unknown>;
  resources?: { accountId: string; type: string; ARN: string }[];
}

export interface User {
  readonly arn: string;
  readonly name: string;
  readonly kms: KMSClient;
}

export interface Session {
  /** ARN of the session. */
  readonly arn: string;
  readonly kms: KMSClient;
}

export interface Role {
  readonly arn: string;
  readonly id: string;
  assume(sessionName: string, sessionPolicy?: string): Promise<Session>;
}

export interface KmsWorld {
  readonly server: TestServer;
  /** As root of an account. */
  kms(account?: string, region?: string): Promise<KMSClient>;
  iam(account?: string): Promise<IAMClient>;
  user(name: string, options?: { account?: string; allow?: object[]; boundary?: string }): Promise<User>;
  role(
    name: string,
    options?: { account?: string; path?: string; allow?: object[]; boundary?: string },
  ): Promise<Role>;
  /** ARN of a new key. */
  key(input?: CreateKeyCommandInput, account?: string): Promise<string>;
  trail(eventName: string, account?: string): Promise<TrailEvent[]>;
  events(account?: string, region?: string): Promise<EventEnvelope[]>;
}

export async function kmsWorld(
  t: Pick<TestContext, 'after'> | undefined,
  options: LatchkeyOptions = {},
): Promise<KmsWorld> {
  const server = await startServerFor(t, options);
  // Key policies may name existing accounts only.
  await server.root(OTHER_ACCOUNT);
  const as = async <C>(
    Client: new (config: never) => C,
    account: string = ACCOUNT,
    region: string = REGION,
  ): Promise<C> => server.client(Client as never, await server.root(account), { region });
  const credentialsOf = (key: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string }) =>
    ({
      accessKeyId: key.AccessKeyId,
      secretAccessKey: key.SecretAccessKey,
      sessionToken: key.SessionToken,
    }) as Credentials;

  const world: KmsWorld = {
    server,
    kms: (account, region) => as(KMSClient, account, region),
    iam: (account) => as(IAMClient, account),
    async user(name, { account = ACCOUNT, allow = [], boundary } = {}) {
      const iam = await as(IAMClient, account);
      const { User } = await iam.send(
        new CreateUserCommand({ UserName: name, PermissionsBoundary: boundary }),
      );
      if (allow.length > 0) {
        const input = { UserName: name, PolicyName: 'inline', PolicyDocument: policy(...allow) };
        await iam.send(new PutUserPolicyCommand(input));
      }
      const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
      return { name, arn: User!.Arn!, kms: server.client(KMSClient, credentialsOf(AccessKey!)) };
    },
    async role(name, { account = ACCOUNT, path, allow = [], boundary } = {}) {
      const iam = await as(IAMClient, account);
      const trust = policy({
        Effect: 'Allow',
        Principal: { AWS: rootOf(account) },
        Action: 'sts:AssumeRole',
      });
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          Path: path,
          AssumeRolePolicyDocument: trust,
          PermissionsBoundary: boundary,
        }),
      );
      if (allow.length > 0) {
        const input = { RoleName: name, PolicyName: 'inline', PolicyDocument: policy(...allow) };
        await iam.send(new PutRolePolicyCommand(input));
      }
      const assumer = await world.user(`assumer-of-${name}`, { account, allow: [statement('sts:*')] });
      const sts = server.client(STSClient, (await assumer.kms.config.credentials()) as Credentials);
      return {
        arn: Role!.Arn!,
        id: Role!.RoleId!,
        async assume(sessionName, sessionPolicy) {
          const { Credentials: key, AssumedRoleUser } = await sts.send(
            new AssumeRoleCommand({
              RoleArn: Role!.Arn!,
              RoleSessionName: sessionName,
              Policy: sessionPolicy,
            }),
          );
          return { arn: AssumedRoleUser!.Arn!, kms: server.client(KMSClient, credentialsOf(key!)) };
        },
      };
    },
    async key(input = {}, account = ACCOUNT) {
      const kms = await as(KMSClient, account);
      return (await kms.send(new CreateKeyCommand(input))).KeyMetadata!.Arn!;
    },
    async trail(eventName, account = ACCOUNT) {
      const cloudtrail = await as(CloudTrailClient, account);
      const { Events = [] } = await cloudtrail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: eventName }],
        }),
      );
      return Events.map(({ CloudTrailEvent }) => JSON.parse(CloudTrailEvent!) as TrailEvent);
    },
    async events(account = ACCOUNT, region = REGION) {
      const { store } = server.latchkey.runtime;
      const found = await store.read((tx) =>
        tx.scan(eventLog, { stream: `${account}/${region}`, limit: 1000 }),
      );
      return found.map(({ body }) => body).reverse();
    },
  };
  return world;
}
