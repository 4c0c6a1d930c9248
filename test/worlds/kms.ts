/** Accounts, users, roles and keys: what the tests of KMS start from, all through the front door. */
import type { TestContext } from 'node:test';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateKeyCommand, type CreateKeyCommandInput, KMSClient } from '@aws-sdk/client-kms';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { LatchkeyOptions } from '../../src/latchkey.ts';
import {
  ACCOUNT,
  credentialsOf,
  type EventBridgeEvent,
  emittedEvents,
  lookupEvents,
  newUser,
  OTHER_ACCOUNT,
  policy,
  REGION,
  rootOf,
  statement,
  type TestUser,
  type TrailEvent,
  trust,
} from './account.ts';
import { startServerFor, type TestServer } from './server.ts';

/** A key policy that keeps the account in control, and says more. */
export const keyPolicy = (account: string, ...statements: object[]) =>
  policy(statement('kms:*', { Principal: { AWS: rootOf(account) } }), ...statements);

export interface User extends TestUser {
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
  events(account?: string, region?: string): Promise<EventBridgeEvent[]>;
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
  const world: KmsWorld = {
    server,
    kms: (account, region) => as(KMSClient, account, region),
    iam: (account) => as(IAMClient, account),
    async user(name, options) {
      const user = await newUser(server, name, options);
      return { ...user, kms: server.client(KMSClient, user.credentials) };
    },
    async role(name, { account = ACCOUNT, path, allow = [], boundary } = {}) {
      const iam = await as(IAMClient, account);
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          Path: path,
          AssumeRolePolicyDocument: trust({ AWS: rootOf(account) }),
          PermissionsBoundary: boundary,
        }),
      );
      if (allow.length > 0) {
        const input = { RoleName: name, PolicyName: 'inline', PolicyDocument: policy(...allow) };
        await iam.send(new PutRolePolicyCommand(input));
      }
      const assumer = await world.user(`assumer-of-${name}`, { account, allow: [statement('sts:*')] });
      const sts = server.client(STSClient, assumer.credentials);
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
          return { arn: AssumedRoleUser!.Arn!, kms: server.client(KMSClient, credentialsOf(key)) };
        },
      };
    },
    async key(input = {}, account = ACCOUNT) {
      const kms = await as(KMSClient, account);
      return (await kms.send(new CreateKeyCommand(input))).KeyMetadata!.Arn!;
    },
    trail: (eventName, account) =>
      lookupEvents(server, { AttributeKey: 'EventName', AttributeValue: eventName }, account),
    events: (accountId = ACCOUNT, region = REGION) => emittedEvents(server, { accountId, region }),
  };
  return world;
}
