/** Accounts, their users and policies, and what CloudTrail and EventBridge were given of them: for every test that speaks as somebody. */
import { CloudTrailClient, type LookupAttribute, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  CreateAccountCommand,
  CreateOrganizationCommand,
  DescribeCreateAccountStatusCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import type { ListedDecision } from '../../src/control/history.ts';
import type { AuditEntry } from '../../src/invoke/audit/audit.ts';
import type { EventEnvelope } from '../../src/invoke/event.ts';
import type { Credentials, TestServer } from './server.ts';

/** The account of a server that nobody has asked for another. */
export const ACCOUNT = '123456789012';
export const OTHER_ACCOUNT = '210987654321';
export const REGION = 'us-east-1';
export const ZONE = 'us-east-1a';
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const rootOf = (account: string) => `arn:aws:iam::${account}:root`;

/** A statement about everything, with more or other members. */
export const statement = (Action: string | readonly string[], rest: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource: '*',
  ...rest,
});
export const allowing = (...actions: string[]) => statement(actions);
export const denying = (...actions: string[]) => statement(actions, { Effect: 'Deny' });

/** A policy document of these statements. */
export const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
export const allow = (Action: string | string[], rest: object = {}) => policy(statement(Action, rest));
export const deny = (Action: string | string[], rest: object = {}) =>
  policy(statement(Action, { Effect: 'Deny', ...rest }));

/** A trust policy that lets these principals assume the role. */
export const trust = (Principal: object, rest: object = {}) =>
  policy({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...rest });

/** Credentials in the form that clients take, of an answer of IAM or STS. */
export const credentialsOf = (
  key: { AccessKeyId?: string; SecretAccessKey?: string; SessionToken?: string } | undefined,
): Credentials => ({
  accessKeyId: key!.AccessKeyId!,
  secretAccessKey: key!.SecretAccessKey!,
  sessionToken: key!.SessionToken,
});

export interface TestUser {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly credentials: Credentials;
}

/** A user with an access key, and an inline policy `policy` of these statements, or with this document. */
export async function newUser(
  server: TestServer,
  name: string,
  {
    account,
    allow: statements = [],
    document = statements.length > 0 ? policy(...statements) : undefined,
    boundary,
  }: { account?: string; allow?: readonly object[]; document?: string; boundary?: string } = {},
): Promise<TestUser> {
  const iam = server.client(IAMClient, await server.root(account));
  const made = await iam.send(new CreateUserCommand({ UserName: name, PermissionsBoundary: boundary }));
  if (document !== undefined) {
    const input = { UserName: name, PolicyName: 'policy', PolicyDocument: document };
    await iam.send(new PutUserPolicyCommand(input));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { name, arn: made.User!.Arn!, id: made.User!.UserId!, credentials: credentialsOf(AccessKey) };
}

/** The same where only the credentials matter. */
export const userWith = async (server: TestServer, name: string, ...allow: readonly object[]) =>
  (await newUser(server, name, { allow })).credentials;

/** A member account of an organization that is made for it. */
export async function memberAccount(server: TestServer): Promise<string> {
  const organizations = server.client(OrganizationsClient);
  await organizations.send(new CreateOrganizationCommand({}));
  const { CreateAccountStatus: asked } = await organizations.send(
    new CreateAccountCommand({ AccountName: 'member', Email: 'member@example.com' }),
  );
  await server.settled();
  const { CreateAccountStatus: made } = await organizations.send(
    new DescribeCreateAccountStatusCommand({ CreateAccountRequestId: asked?.Id }),
  );
  return made!.AccountId!;
}

/** A CloudTrail event, parsed. */
export interface TrailEvent {
  eventName: string;
  eventSource: string;
  eventType: string;
  eventID: string;
  requestID?: string;
  eventTime: string;
  userIdentity: Record<string, unknown>;
  sourceIPAddress: string;
  userAgent: string;
  readOnly: boolean;
  errorCode?: string;
  errorMessage?: string;
  recipientAccountId: string;
  sharedEventID?: string;
  requestParameters: Record<string, unknown> | null;
  responseElements: Record<string, unknown> | null;
  additionalEventData?: Record<string, unknown>;
  serviceEventDetails?: Record<string, unknown>;
  resources?: { accountId: string; type: string; ARN: string }[];
  [member: string]: unknown;
}

/** All events that LookupEvents shows, newest first. */
export async function lookupEvents(
  server: TestServer,
  attribute?: LookupAttribute,
  account: string = ACCOUNT,
): Promise<TrailEvent[]> {
  const cloudtrail = server.client(CloudTrailClient, await server.root(account));
  const LookupAttributes = attribute && [attribute];
  const events: TrailEvent[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudtrail.send(new LookupEventsCommand({ LookupAttributes, NextToken }));
    for (const { CloudTrailEvent: text } of page.Events ?? []) events.push(JSON.parse(text!) as TrailEvent);
    NextToken = page.NextToken;
  } while (NextToken);
  return events;
}

/** What went to EventBridge: EventEnvelope as any reader takes it. */
export type EventBridgeEvent = Omit<EventEnvelope, 'detail'> & { readonly detail: Record<string, unknown> };

/** Everything that went to EventBridge, oldest first. */
export async function emittedEvents(
  server: TestServer,
  selection: { accountId?: string; region?: string } = {},
): Promise<EventBridgeEvent[]> {
  return (await server.ask<{ events: EventBridgeEvent[] }>('events', selection)).events;
}

export type AuditRecord = Omit<AuditEntry['body'], 'decisions'> & {
  readonly decisions: readonly ListedDecision[];
};

/** Calls with the decisions made of them, newest first. */
export async function auditRecords(
  server: TestServer,
  selection: { accountId?: string; region?: string; requestId?: string } = {},
): Promise<AuditRecord[]> {
  return (await server.ask<{ records: AuditRecord[] }>('records', selection)).records;
}

/** Where an attached volume is served, or undefined when it is not. */
export async function attachmentOf(
  server: TestServer,
  volumeId: string,
): Promise<{ readonly volumeId: string; readonly nbdUri: string } | undefined> {
  const { attachments } = await server.ask<{ attachments: { volumeId: string; nbdUri: string }[] }>(
    'volumes',
  );
  return attachments.find((each) => each.volumeId === volumeId);
}
