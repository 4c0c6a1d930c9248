/** The actions that an alarm may name, by their ARNs (aws-facts K11). */
import { parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { PutMetricAlarmInput } from '../../../shapes/generated/cloudwatch.ts';
import { invalid } from '../errors.ts';

export type InstanceVerb = 'stop' | 'terminate' | 'reboot' | 'recover';

/** The service-linked role as which instances are stopped and the like. */
export const INSTANCE_ACTION_SERVICE = 'events.amazonaws.com';
export const instanceActionRole = (account: string) =>
  `arn:aws:iam::${account}:role/aws-service-role/${INSTANCE_ACTION_SERVICE}/AWSServiceRoleForCloudWatchEvents`;

/** What an EC2 action does to the instance of the alarm's metric; undefined for other actions. */
export function instanceVerb(arn: string): InstanceVerb | undefined {
  const automated = /^arn:aws:automate:[^:]+:ec2:(stop|terminate|reboot|recover)$/.exec(arn)?.[1];
  const ofWorkflow =
    /^arn:aws:swf:[^:]+:\d{12}:action\/actions\/AWS_EC2\.InstanceId\.(Stop|Terminate|Reboot|Recover)\/1\.0$/.exec(
      arn,
    )?.[1];
  return (automated ?? ofWorkflow?.toLowerCase()) as InstanceVerb | undefined;
}

const SERVICES = ['aiops', 'automate', 'autoscaling', 'lambda', 'sns', 'ssm', 'ssm-incidents', 'swf'];

interface Actions {
  readonly OKActions?: readonly string[];
  readonly AlarmActions?: readonly string[];
  readonly InsufficientDataActions?: readonly string[];
}

export const allActions = ({ OKActions, AlarmActions, InsufficientDataActions }: Actions): string[] => [
  ...(OKActions ?? []),
  ...(AlarmActions ?? []),
  ...(InsufficientDataActions ?? []),
];

/** Throws AWS's error for an action that no alarm can have. */
export function requireActions({ region }: Scope, input: Actions): void {
  for (const arn of allActions(input)) {
    const parsed = parseArn(arn);
    if (!parsed) throw invalid(`Invalid arn syntax: ${arn}`);
    if (!SERVICES.includes(parsed.service)) throw invalid(`Unsupported action: ${arn}`);
    if (parsed.region !== region && parsed.service !== 'ssm-incidents') {
      throw invalid(`Invalid region ${parsed.region} specified. Only ${region} is supported.`);
    }
  }
}

/** The instance that EC2 actions are about: they need a metric of one. */
export const instanceOf = ({ Dimensions, Metrics }: Pick<PutMetricAlarmInput, 'Dimensions' | 'Metrics'>) =>
  [
    ...(Dimensions ?? []),
    ...(Metrics ?? []).flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? []),
  ].find(({ Name }) => Name === 'InstanceId')?.Value;
