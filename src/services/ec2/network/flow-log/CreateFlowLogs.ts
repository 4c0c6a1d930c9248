/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import { passRoleCheck } from '../../../../service-kit/pass-role.ts';
import type { CreateFlowLogsRequest } from '../../../../shapes/generated/ec2.ts';
import { ec2 } from '../../ec2.ts';
import { createdResources } from '../../resource/arn.ts';
import { idsOfToken, rememberToken } from '../../resource/client-token.ts';
import { newId, ownResourceCheck, type ResourceKind, type ResourceRecord } from '../../resource/kind.ts';
import { taggedCreationCheck } from '../../resource/tag.ts';
import { networkInterfaceKind } from '../network-interface/network-interface.ts';
import { subnetKind } from '../subnet/subnet.ts';
import { vpcKind } from '../vpc/vpc.ts';
import { DEFAULT_FORMAT, flowLogKind, flowLogs } from './flow-log.ts';

const ACTION = 'ec2:CreateFlowLogs';
const SERVICE = 'vpc-flow-logs.amazonaws.com';

const KINDS: Readonly<Record<string, ResourceKind<ResourceRecord>>> = {
  NetworkInterface: networkInterfaceKind as unknown as ResourceKind<ResourceRecord>,
  Subnet: subnetKind as unknown as ResourceKind<ResourceRecord>,
  VPC: vpcKind as unknown as ResourceKind<ResourceRecord>,
};

export default ec2.operation('CreateFlowLogs', {
  unserved: ['DeliverCrossAccountRole', ['ResourceType', ...Object.keys(KINDS)], 'TagFieldSpecifications'],
  async checks(context, input) {
    const { create, tag } = taggedCreationCheck(context, ACTION, flowLogKind, input, {});
    const kind = KINDS[input.ResourceType];
    const { DeliverLogsPermissionArn: roleArn } = input;
    return {
      log: create,
      resources: kind
        ? await Promise.all(input.ResourceIds.map((id) => ownResourceCheck(context, kind, ACTION, id)))
        : [],
      passRole:
        roleArn === undefined
          ? undefined
          : passRoleCheck({ arn: roleArn, account: context.account }, SERVICE),
      tag,
    };
  },
  async preconditions({ tx, account, region }, input) {
    requireDestination(input);
    if ((await idsOfToken(tx, { account, region }, 'CreateFlowLogs', input))?.length) return;
    const all = await tx.list(flowLogs, { prefix: [account, region] });
    const isSame = all.some(
      ({ resourceId, logGroupName, destination }) =>
        input.ResourceIds.includes(resourceId) &&
        logGroupName === groupNameOf(input) &&
        destination === input.LogDestination,
    );
    if (!isSame) return;
    throw new AwsError(
      'FlowLogAlreadyExists',
      'Error. There is an existing Flow Log with the same configuration and log destination.',
    );
  },
  async execute(context, input, { log: { plan } }) {
    const { account, region, tx, nowMs } = context;
    const { ClientToken } = input;
    const made = await idsOfToken(tx, context, 'CreateFlowLogs', input);
    if (made) return { ClientToken, FlowLogIds: [...made], Unsuccessful: [] };
    const ids = input.ResourceIds.map((resourceId) => {
      const id = newId(context.entropy, flowLogKind.prefix);
      tx.put(flowLogs, {
        account,
        region,
        id,
        tags: plan.tags,
        resourceId,
        trafficType: input.TrafficType,
        destinationType: input.LogDestinationType ?? 'cloud-watch-logs',
        logGroupName: groupNameOf(input),
        destination: input.LogDestination,
        roleArn: input.DeliverLogsPermissionArn,
        format: input.LogFormat ?? DEFAULT_FORMAT,
        aggregationSeconds: input.MaxAggregationInterval ?? 600,
        options: input.DestinationOptions,
        createdAtMs: nowMs,
      });
      return id;
    });
    rememberToken(tx, context, 'CreateFlowLogs', input, ids);
    return { ClientToken, FlowLogIds: ids, Unsuccessful: [] };
  },
  audit: {
    resources: (_input, output, context) =>
      createdResources(context, flowLogKind.type, output?.FlowLogIds ?? []),
  },
});

/** A log group may be named by its ARN. */
const groupNameOf = ({
  LogGroupName: name,
  LogDestination: arn,
}: CreateFlowLogsRequest): string | undefined =>
  name ?? /^arn:[^:]+:logs:[^:]*:\d{12}:log-group:([^:]+)/.exec(arn ?? '')?.[1];

function requireDestination(input: CreateFlowLogsRequest): void {
  const { LogDestinationType: type = 'cloud-watch-logs', LogGroupName, LogDestination } = input;
  const missing = (name: string) =>
    new AwsError('MissingParameter', `The request must contain the parameter ${name}`);
  if (input.TrafficType === undefined) throw missing('TrafficType');
  if (LogGroupName !== undefined && LogDestination !== undefined) {
    throw new AwsError(
      'InvalidParameter',
      'Please only provide LogGroupName or only provide LogDestination.',
    );
  }
  if (type !== 'cloud-watch-logs') {
    if (LogGroupName !== undefined) {
      throw new AwsError(
        'InvalidParameter',
        'LogDestination type must be cloud-watch-logs if LogGroupName is provided.',
      );
    }
    if (LogDestination === undefined) {
      throw new AwsError(
        'InvalidParameter',
        "LogDestination can't be empty if LogGroupName is not provided.",
      );
    }
    return;
  }
  if (LogGroupName === undefined && LogDestination === undefined) {
    throw new AwsError('InvalidParameter', 'LogDestination or LogGroupName should be provided.');
  }
  if (input.DeliverLogsPermissionArn === undefined) {
    throw new AwsError(
      'InvalidParameter',
      "DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.",
    );
  }
}
