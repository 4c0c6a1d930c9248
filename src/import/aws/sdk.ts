/**
 * The official SDK, for `latchkey import aws` alone: bundled apart, and loaded by that command only
 * (docs/decisions/sdk-apart.md). Commands by the names of reads.ts; all of them read.
 */
import {
  AutoScalingClient,
  DescribeAutoScalingGroupsCommand,
  DescribeLaunchConfigurationsCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CloudTrailClient,
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  LookupEventsCommand,
} from '@aws-sdk/client-cloudtrail';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeResourcePoliciesCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeInternetGatewaysCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpcsCommand,
  EC2Client,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
} from '@aws-sdk/client-ec2';
import {
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetAccountAuthorizationDetailsCommand,
  GetOpenIDConnectProviderCommand,
  IAMClient,
  ListInstanceProfilesCommand,
  ListOpenIDConnectProvidersCommand,
} from '@aws-sdk/client-iam';
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
} from '@aws-sdk/client-kms';
import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListPoliciesCommand,
  ListRootsCommand,
  ListTargetsForPolicyCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import {
  AssumeRoleCommand,
  type AssumeRoleResponse,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import type { AwsCall, AwsCalls } from './aws-calls.ts';

const CLIENTS = {
  autoscaling: AutoScalingClient,
  cloudformation: CloudFormationClient,
  cloudtrail: CloudTrailClient,
  ec2: EC2Client,
  events: EventBridgeClient,
  iam: IAMClient,
  kms: KMSClient,
  logs: CloudWatchLogsClient,
  organizations: OrganizationsClient,
  sts: STSClient,
} as const;
type Service = keyof typeof CLIENTS;

// biome-ignore lint/suspicious/noExplicitAny: each command has an input of its own, and the table of reads says which
type AnyCommand = new (input: any) => object;

const COMMANDS: Readonly<Record<Service, Readonly<Record<string, AnyCommand>>>> = {
  autoscaling: {
    DescribeAutoScalingGroupsCommand,
    DescribeLaunchConfigurationsCommand,
    DescribeScalingActivitiesCommand,
  },
  cloudformation: { DescribeStackEventsCommand, DescribeStacksCommand },
  cloudtrail: { DescribeTrailsCommand, GetEventSelectorsCommand, LookupEventsCommand },
  ec2: {
    DescribeImageAttributeCommand,
    DescribeImagesCommand,
    DescribeInstancesCommand,
    DescribeLaunchTemplatesCommand,
    DescribeLaunchTemplateVersionsCommand,
    DescribeRegionsCommand,
    DescribeSnapshotAttributeCommand,
    DescribeSnapshotsCommand,
    DescribeVolumesCommand,
    DescribeVpcEndpointsCommand,
    DescribeInternetGatewaysCommand,
    DescribeRouteTablesCommand,
    DescribeSecurityGroupRulesCommand,
    DescribeSecurityGroupsCommand,
    DescribeSubnetsCommand,
    DescribeVpcsCommand,
    GetEbsDefaultKmsKeyIdCommand,
    GetEbsEncryptionByDefaultCommand,
  },
  events: { ListEventBusesCommand, ListRulesCommand, ListTargetsByRuleCommand },
  iam: {
    GetAccountAuthorizationDetailsCommand,
    GetOpenIDConnectProviderCommand,
    ListInstanceProfilesCommand,
    ListOpenIDConnectProvidersCommand,
  },
  kms: {
    DescribeKeyCommand,
    GetKeyPolicyCommand,
    GetKeyRotationStatusCommand,
    ListAliasesCommand,
    ListGrantsCommand,
    ListKeysCommand,
    ListResourceTagsCommand,
  },
  logs: { DescribeLogGroupsCommand, DescribeResourcePoliciesCommand },
  organizations: {
    DescribeOrganizationCommand,
    DescribePolicyCommand,
    ListAccountsForParentCommand,
    ListOrganizationalUnitsForParentCommand,
    ListPoliciesCommand,
    ListRootsCommand,
    ListTargetsForPolicyCommand,
  },
  sts: { GetCallerIdentityCommand },
};

function commandOf(service: Service, operation: string): AnyCommand {
  const command = COMMANDS[service]?.[`${operation}Command`];
  if (!command) throw new Error(`the SDK's ${service}:${operation} is not bundled`);
  return command;
}

interface AnyClient {
  send(command: object): Promise<object>;
  readonly config: { region(): Promise<string> };
  destroy(): void;
}

export function sdkCalls({ profile }: { profile?: string }): AwsCalls {
  const clients = new Map<string, AnyClient>();
  const clientOf = (service: Service, region: string | undefined, role?: string): AnyClient => {
    const name = `${service} ${region} ${role}`;
    const known = clients.get(name);
    if (known) return known;
    const Client = CLIENTS[service] as unknown as new (config: object) => AnyClient;
    const made = new Client({
      ...(region && { region }),
      ...(profile && { profile }),
      ...(role && { credentials: () => credentialsOf(role, clientOf('sts', region)) }),
      // Who asks waits, and counts: pace.ts.
      maxAttempts: 1,
    });
    clients.set(name, made);
    return made;
  };
  return {
    async call({ service, operation, region, input, role }: AwsCall) {
      const Command = commandOf(service as Service, operation);
      return clientOf(service as Service, region, role).send(new Command(input));
    },
    homeRegion: () =>
      clientOf('sts', undefined)
        .config.region()
        .catch(() => 'us-east-1'),
    close() {
      for (const client of clients.values()) client.destroy();
    },
  };
}

/** The SDK asks for new ones before these expire. */
async function credentialsOf(role: string, sts: AnyClient): Promise<object> {
  const input = { RoleArn: role, RoleSessionName: 'latchkey-import' };
  const { Credentials } = (await sts.send(new AssumeRoleCommand(input))) as AssumeRoleResponse;
  return {
    accessKeyId: Credentials?.AccessKeyId,
    secretAccessKey: Credentials?.SecretAccessKey,
    sessionToken: Credentials?.SessionToken,
    expiration: Credentials?.Expiration,
  };
}
