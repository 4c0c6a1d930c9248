/** Any operation of any service by its name, through the official SDK. */
import * as AutoScaling from '@aws-sdk/client-auto-scaling';
import * as CloudFormation from '@aws-sdk/client-cloudformation';
import * as CloudTrail from '@aws-sdk/client-cloudtrail';
import * as CloudWatch from '@aws-sdk/client-cloudwatch';
import * as Logs from '@aws-sdk/client-cloudwatch-logs';
import * as EBS from '@aws-sdk/client-ebs';
import * as EC2 from '@aws-sdk/client-ec2';
import * as Events from '@aws-sdk/client-eventbridge';
import * as IAM from '@aws-sdk/client-iam';
import * as KMS from '@aws-sdk/client-kms';
import * as Organizations from '@aws-sdk/client-organizations';
import * as SSM from '@aws-sdk/client-ssm';
import * as STS from '@aws-sdk/client-sts';
import type { Credentials, TestServer } from './server.ts';

const CLIENTS = {
  autoscaling: [AutoScaling, AutoScaling.AutoScalingClient],
  cloudformation: [CloudFormation, CloudFormation.CloudFormationClient],
  cloudtrail: [CloudTrail, CloudTrail.CloudTrailClient],
  cloudwatch: [CloudWatch, CloudWatch.CloudWatchClient],
  ebs: [EBS, EBS.EBSClient],
  ec2: [EC2, EC2.EC2Client],
  events: [Events, Events.EventBridgeClient],
  iam: [IAM, IAM.IAMClient],
  kms: [KMS, KMS.KMSClient],
  logs: [Logs, Logs.CloudWatchLogsClient],
  organizations: [Organizations, Organizations.OrganizationsClient],
  ssm: [SSM, SSM.SSMClient],
  sts: [STS, STS.STSClient],
} as const;

type Output = Readonly<Record<string, unknown>>;

export async function anyCall(
  server: TestServer,
  credentials: Credentials,
  { service, operation, input = {} }: { service: string; operation: string; input?: object },
  region?: string,
  through?: string,
): Promise<Output> {
  const [sdk, Client] = CLIENTS[service as keyof typeof CLIENTS];
  const Command = (sdk as unknown as Record<string, new (input: object) => unknown>)[`${operation}Command`];
  if (!Command) throw new Error(`the SDK has no ${service}:${operation}`);
  const client = server.client(Client as never, credentials, { region, through }) as {
    send(command: unknown): Promise<Output>;
  };
  return client.send(new Command(input));
}
