/** The services of AWS that VPC endpoints lead to (https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html). */
import type { ServiceDetail } from '../../../../shapes/generated/ec2.ts';
import { zonesOf } from '../../region/region.ts';

export interface EndpointService {
  readonly name: string;
  readonly types: readonly ('Interface' | 'Gateway')[];
  /** What requests to it are signed for. */
  readonly signingName: string;
  readonly hasPolicy: boolean;
}

const GATEWAYS = ['dynamodb', 's3'];
const INTERFACES =
  'access-analyzer application-autoscaling athena autoscaling cloudformation cloudtrail codebuild codecommit ' +
  'codedeploy config dynamodb ebs ec2 ec2messages ecr.api ecr.dkr ecs ecs-agent ecs-telemetry eks ' +
  'elasticfilesystem elasticloadbalancing events execute-api glue guardduty-data kinesis-firehose ' +
  'kinesis-streams kms lambda logs monitoring organizations rds s3 secretsmanager sns sqs ssm ssmmessages states sts ' +
  'xray';
const WITHOUT_POLICY = ['ec2messages', 'ecs-agent', 'ecs-telemetry', 'ssmmessages'];

const PREFIX = (region: string) => `com.amazonaws.${region}.`;

function endpointServices(region: string): EndpointService[] {
  const names = [...new Set([...GATEWAYS, ...INTERFACES.split(' ')])].sort();
  return names.map((name) => ({
    name: `${PREFIX(region)}${name}`,
    types: [
      ...(GATEWAYS.includes(name) ? (['Gateway'] as const) : []),
      ...(INTERFACES.split(' ').includes(name) ? (['Interface'] as const) : []),
    ],
    signingName: name,
    hasPolicy: !WITHOUT_POLICY.includes(name),
  }));
}

export const findEndpointService = (region: string, name: string): EndpointService | undefined =>
  endpointServices(region).find((service) => service.name === name);

/** One entry for each type, as AWS lists a service of several. */
export function showEndpointServices(region: string): ServiceDetail[] {
  return endpointServices(region).flatMap(({ name, types, signingName, hasPolicy }) =>
    types.map((type): ServiceDetail => {
      const domain = `${signingName.split('.').reverse().join('.')}.${region}.amazonaws.com`;
      return {
        ServiceName: name,
        ServiceId: `vpce-svc-${Buffer.from(name).toString('hex').padEnd(17, '0').slice(-17)}`,
        ServiceType: [{ ServiceType: type }],
        ServiceRegion: region,
        AvailabilityZones: zonesOf(region).map((zone) => zone.name),
        Owner: 'amazon',
        BaseEndpointDnsNames: [type === 'Gateway' ? domain : `${signingName}.${region}.vpce.amazonaws.com`],
        ...(type === 'Interface' && {
          PrivateDnsName: domain,
          PrivateDnsNames: [{ PrivateDnsName: domain }],
          PrivateDnsNameVerificationState: 'verified',
        }),
        VpcEndpointPolicySupported: hasPolicy,
        AcceptanceRequired: false,
        ManagesVpcEndpoints: false,
        SupportedIpAddressTypes: ['ipv4'],
        Tags: [],
      };
    }),
  );
}
