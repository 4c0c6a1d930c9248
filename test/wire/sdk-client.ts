/** The official SDK's clients with the network taken out: `answer` gets what they send and says what they receive. */
import { Readable } from 'node:stream';
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
import type { ServiceId } from '../../src/shapes/services.ts';
import type { HttpRequest, HttpResponse } from '../../src/wire/http.ts';
import { httpRequest } from '../worlds/http-request.ts';

type Answer = (http: HttpRequest) => HttpResponse;

/** Sends one operation through the SDK; resolves to its output, or throws its exception. */
export type Send = (operation: string, input: object) => Promise<Record<string, unknown>>;

const CLIENTS = {
  kms: [kms, kms.KMSClient],
  iam: [iam, iam.IAMClient],
  sts: [sts, sts.STSClient],
  ec2: [ec2, ec2.EC2Client],
  ebs: [ebs, ebs.EBSClient],
  cloudtrail: [cloudtrail, cloudtrail.CloudTrailClient],
  organizations: [organizations, organizations.OrganizationsClient],
  autoscaling: [autoscaling, autoscaling.AutoScalingClient],
  events: [events, events.EventBridgeClient],
  cloudformation: [cloudformation, cloudformation.CloudFormationClient],
  logs: [logs, logs.CloudWatchLogsClient],
  ssm: [ssm, ssm.SSMClient],
  cloudwatch: [cloudwatch, cloudwatch.CloudWatchClient],
} as const satisfies Record<ServiceId, unknown>;

/** What the SDK's request handler is given. */
interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface AnyClient {
  send(command: object): Promise<Record<string, unknown>>;
}
type AnyClientClass = new (options: object) => AnyClient;
type AnyCommandClass = new (input: object) => object;

export function sdkClient(id: ServiceId, answer: Answer): Send {
  const [commands, Client] = CLIENTS[id] as unknown as [Record<string, AnyCommandClass>, AnyClientClass];
  const client = new Client({
    region: 'us-east-1',
    endpoint: 'http://localhost:1',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: SdkRequest) => {
        const { status, headers, body } = answer(toHttpRequest(request));
        return {
          response: { statusCode: status, headers: { ...headers }, body: Readable.from([Buffer.from(body)]) },
        };
      },
    },
  });
  return (operation, input) => {
    const Command = commands[`${operation}Command`];
    if (!Command) throw new Error(`the SDK has no ${id}:${operation}`);
    return client.send(new Command(input));
  };
}

function toHttpRequest({ method, path, query, headers, body }: SdkRequest): HttpRequest {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one)}`),
  );
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return httpRequest({
    method,
    path,
    query: pairs.join('&'),
    headers: Object.fromEntries(lowerCase),
    body: toBuffer(body),
  });
}

function toBuffer(body: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  const { buffer, byteOffset, byteLength } = body as Uint8Array;
  return Buffer.from(buffer, byteOffset, byteLength);
}
