/**
 * Service-linked roles: made for one service, assumed by it alone, and changed by nobody else.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
 */
import { table } from '../../../store/store.ts';
import { invalidInput } from '../errors.ts';

interface Template {
  readonly roleName: string;
  /** Name of the AWS managed policy under `/aws-service-role/`. */
  readonly policyName: string;
  /** Whether a service may have several, distinguished by a suffix. */
  readonly suffixes?: boolean;
}

/** Roles as the services' own guides and the managed policies name them. */
const TEMPLATES: Readonly<Record<string, Template>> = {
  'autoscaling.amazonaws.com': {
    roleName: 'AWSServiceRoleForAutoScaling',
    policyName: 'AutoScalingServiceRolePolicy',
    suffixes: true,
  },
  'batch.amazonaws.com': { roleName: 'AWSServiceRoleForBatch', policyName: 'BatchServiceRolePolicy' },
  'cks.kms.amazonaws.com': {
    roleName: 'AWSServiceRoleForKeyManagementServiceCustomKeyStores',
    policyName: 'AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy',
  },
  'cloudtrail.amazonaws.com': {
    roleName: 'AWSServiceRoleForCloudTrail',
    policyName: 'CloudTrailServiceRolePolicy',
  },
  'config.amazonaws.com': { roleName: 'AWSServiceRoleForConfig', policyName: 'AWSConfigServiceRolePolicy' },
  'ec2fleet.amazonaws.com': {
    roleName: 'AWSServiceRoleForEC2Fleet',
    policyName: 'AWSEC2FleetServiceRolePolicy',
  },
  'ecs.amazonaws.com': { roleName: 'AWSServiceRoleForECS', policyName: 'AmazonECSServiceRolePolicy' },
  'eks.amazonaws.com': { roleName: 'AWSServiceRoleForAmazonEKS', policyName: 'AmazonEKSServiceRolePolicy' },
  'elasticache.amazonaws.com': {
    roleName: 'AWSServiceRoleForElastiCache',
    policyName: 'ElastiCacheServiceRolePolicy',
  },
  'elasticloadbalancing.amazonaws.com': {
    roleName: 'AWSServiceRoleForElasticLoadBalancing',
    policyName: 'AWSElasticLoadBalancingServiceRolePolicy',
  },
  'guardduty.amazonaws.com': {
    roleName: 'AWSServiceRoleForAmazonGuardDuty',
    policyName: 'AmazonGuardDutyServiceRolePolicy',
  },
  'mrk.kms.amazonaws.com': {
    roleName: 'AWSServiceRoleForKeyManagementServiceMultiRegionKeys',
    policyName: 'AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy',
  },
  'organizations.amazonaws.com': {
    roleName: 'AWSServiceRoleForOrganizations',
    policyName: 'AWSOrganizationsServiceTrustPolicy',
  },
  'rds.amazonaws.com': { roleName: 'AWSServiceRoleForRDS', policyName: 'AmazonRDSServiceRolePolicy' },
  'spot.amazonaws.com': {
    roleName: 'AWSServiceRoleForEC2Spot',
    policyName: 'AWSEC2SpotServiceRolePolicy',
  },
  'spotfleet.amazonaws.com': {
    roleName: 'AWSServiceRoleForEC2SpotFleet',
    policyName: 'AWSEC2SpotFleetServiceRolePolicy',
  },
  'ssm.amazonaws.com': {
    roleName: 'AWSServiceRoleForAmazonSSM',
    policyName: 'AmazonSSMServiceRolePolicy',
  },
  'support.amazonaws.com': {
    roleName: 'AWSServiceRoleForSupport',
    policyName: 'AWSSupportServiceRolePolicy',
  },
  'transitgateway.amazonaws.com': {
    roleName: 'AWSServiceRoleForVPCTransitGateway',
    policyName: 'AWSVPCTransitGatewayServiceRolePolicy',
  },
  'trustedadvisor.amazonaws.com': {
    roleName: 'AWSServiceRoleForTrustedAdvisor',
    policyName: 'AWSTrustedAdvisorServiceRolePolicy',
  },
};

export interface ServiceLinkedRoleNames {
  readonly name: string;
  readonly path: string;
  readonly policyArn: string;
}

/** What the role of a service is called, or IAM's error for a service or suffix that has none. */
export function serviceLinkedRoleNames(service: string, suffix: string | undefined): ServiceLinkedRoleNames {
  const template = Object.hasOwn(TEMPLATES, service) ? TEMPLATES[service] : undefined;
  if (!template)
    throw invalidInput(`${service} is not a service that Latchkey knows a service-linked role of.`);
  if (suffix !== undefined && !template.suffixes) {
    throw invalidInput(`Custom suffix is not allowed for ${service}`);
  }
  return {
    name: suffix === undefined ? template.roleName : `${template.roleName}_${suffix}`,
    path: `/aws-service-role/${service}/`,
    policyArn: `arn:aws:iam::aws:policy/aws-service-role/${template.policyName}`,
  };
}

export const serviceTrust = (service: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

/** A request to delete one, which the service that uses it may refuse. */
export interface DeletionTask {
  readonly account: string;
  /** `task/aws-service-role/<service>/<role>/<uuid>` */
  readonly taskId: string;
  readonly roleId: string;
  readonly status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED';
  readonly failure?: {
    readonly reason: string;
    readonly uses: readonly { readonly region: string; readonly resources: readonly string[] }[];
  };
}

export const deletionTasks = table<DeletionTask>()({
  name: 'iam.service-linked-role-deletions',
  key: ({ account, taskId }) => [account, taskId],
  indexes: { role: ({ account, roleId }) => [[account, roleId]] },
});
