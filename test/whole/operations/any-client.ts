/** Calls any operation by name through the official SDK, which also tells whether the answer can be read. */
import * as autoscaling from '@aws-sdk/client-auto-scaling';
import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as ebs from '@aws-sdk/client-ebs';
import * as ec2 from '@aws-sdk/client-ec2';
import * as events from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as ssm from '@aws-sdk/client-ssm';
import * as sts from '@aws-sdk/client-sts';
import type { Credentials, TestServer } from '../../worlds/server.ts';

export interface AnyClient {
  send(command: unknown): Promise<object>;
}

const SDKS: Readonly<Record<string, { module: object; client: string }>> = {
  autoscaling: { module: autoscaling, client: 'AutoScalingClient' },
  cloudformation: { module: cloudformation, client: 'CloudFormationClient' },
  cloudtrail: { module: cloudtrail, client: 'CloudTrailClient' },
  cloudwatch: { module: cloudwatch, client: 'CloudWatchClient' },
  ebs: { module: ebs, client: 'EBSClient' },
  ec2: { module: ec2, client: 'EC2Client' },
  events: { module: events, client: 'EventBridgeClient' },
  iam: { module: iam, client: 'IAMClient' },
  kms: { module: kms, client: 'KMSClient' },
  logs: { module: logs, client: 'CloudWatchLogsClient' },
  organizations: { module: organizations, client: 'OrganizationsClient' },
  ssm: { module: ssm, client: 'SSMClient' },
  sts: { module: sts, client: 'STSClient' },
};

/** A service that Latchkey knows by name only, and how its clients speak. */
interface SigningOnly {
  readonly signingName: string;
  readonly fullName: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const SIGNING_ONLY: readonly SigningOnly[] = [
  {
    signingName: 's3',
    fullName: 'Amazon S3',
    headers: {},
    body: '',
  },
  {
    signingName: 'dynamodb',
    fullName: 'Amazon DynamoDB',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
    },
    body: '{}',
  },
  {
    signingName: 'sqs',
    fullName: 'Amazon SQS',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: 'Action=ListQueues&Version=2012-11-05',
  },
];

export interface Answer {
  readonly output?: object;
  readonly code?: string;
  readonly message?: string;
  readonly status?: number;
  readonly requestId?: string;
  /** The SDK could not make sense of what came back. */
  readonly unreadable?: boolean;
}

export async function clientsOf(
  server: TestServer,
  credentials: Credentials,
): Promise<Record<string, AnyClient>> {
  const entries = Object.entries(SDKS).map(([id, { module, client }]) => {
    const Client = module[client as keyof typeof module] as Parameters<TestServer['client']>[0];
    return [id, server.client(Client, credentials) as AnyClient];
  });
  return Object.fromEntries(entries);
}

export async function callByName(
  clients: Readonly<Record<string, AnyClient>>,
  operation: { service: { id: string }; name: string },
  input: object,
): Promise<Answer> {
  const { service, name } = operation;
  const sdk = SDKS[service.id]?.module as Record<string, new (input: object) => unknown>;
  const Command = sdk[`${name}Command`];
  if (!Command) throw new Error(`the SDK has no ${service.id}:${name}`);
  try {
    const output = (await clients[service.id]?.send(new Command(input))) as {
      $metadata: { httpStatusCode: number; requestId: string };
    };
    return { output, status: output.$metadata.httpStatusCode, requestId: output.$metadata.requestId };
  } catch (error) {
    return answerOf(error);
  }
}

function answerOf(thrown: unknown): Answer {
  const error = thrown as {
    name: string;
    Code?: string;
    message: string;
    $metadata?: { httpStatusCode?: number; requestId?: string };
    $response?: unknown;
  };
  const { httpStatusCode: status, requestId } = error.$metadata ?? {};
  const isRead = status !== undefined && requestId !== undefined && error.name !== 'Unknown';
  return {
    code: error.Code ?? error.name,
    message: error.message,
    status,
    requestId,
    unreadable: !isRead,
  };
}
