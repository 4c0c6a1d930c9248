/** A launch configuration: the record, its table, and the launch that it stands for. */
import { formatArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { EffectContext, ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { uuid } from '../../../platform/identifiers.ts';
import type {
  CreateLaunchConfigurationType,
  LaunchConfiguration,
} from '../../../shapes/generated/autoscaling.ts';
import type { RunInstancesRequest } from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import { MAX_LAUNCH_CONFIGURATIONS } from '../account/limits.ts';
import { alreadyExists, limitExceeded, validationError } from '../errors.ts';
import type { Placement } from '../instance/placement.ts';

export interface LaunchConfigurationRecord extends Scope {
  readonly name: string;
  readonly id: string;
  readonly createdAtMs: number;
  /** As it was asked for. */
  readonly settings: CreateLaunchConfigurationType & {
    readonly ImageId: string;
    readonly InstanceType: string;
  };
}

export const launchConfigurations = table<LaunchConfigurationRecord>()({
  name: 'autoscaling.launch-configurations',
  key: ({ account, region, name }) => [account, region, name],
});

export const findConfiguration = (tx: ReadTransaction, { account, region }: Scope, name: string) =>
  tx.get(launchConfigurations, [account, region, name]);

export const configurationNotFound = (name: string) =>
  validationError(`Launch configuration name not found - Launch configuration ${name} not found`);

export async function requireNewConfiguration(
  tx: ReadTransaction,
  scope: Scope,
  name: string,
): Promise<void> {
  const { account, region } = scope;
  if (await findConfiguration(tx, scope, name)) {
    throw alreadyExists(
      `Launch Configuration by this name already exists - A launch configuration already exists with the name ${name}`,
    );
  }
  const all = await tx.list(launchConfigurations, { prefix: [account, region] });
  if (all.length >= MAX_LAUNCH_CONFIGURATIONS) {
    throw limitExceeded(`You have reached the limit of ${MAX_LAUNCH_CONFIGURATIONS} launch configurations.`);
  }
}

export function putConfiguration(
  { tx, account, region, nowMs, entropy }: EffectContext,
  name: string,
  settings: Omit<LaunchConfigurationRecord['settings'], 'LaunchConfigurationName'>,
): void {
  const id = uuid(entropy);
  const named = { ...settings, LaunchConfigurationName: name };
  tx.put(launchConfigurations, { account, region, name, id, createdAtMs: nowMs, settings: named });
}

const configurationArn = ({
  account,
  region,
  id,
  name,
}: Pick<LaunchConfigurationRecord, 'account' | 'region' | 'id' | 'name'>) =>
  formatArn({
    service: 'autoscaling',
    region,
    account,
    resource: `launchConfiguration:${id}:launchConfigurationName/${name}`,
  });

/** The check for an action on a launch configuration, whether there is one of the name or not. */
export async function configurationCheck(
  { tx, account, region }: ResolveContext,
  action: string,
  name: string,
  conditions?: () => ConditionValues,
): Promise<Check<LaunchConfigurationRecord | undefined>> {
  const record = await findConfiguration(tx, { account, region }, name);
  return {
    action: `autoscaling:${action}`,
    resource: configurationArn(record ?? { account, region, id: '*', name }),
    account,
    record,
    conditions,
  };
}

export const configurationMappings = ({ BlockDeviceMappings }: LaunchConfigurationRecord['settings']) =>
  BlockDeviceMappings?.map(({ NoDevice, ...mapping }) => ({
    ...mapping,
    NoDevice: NoDevice ? '' : undefined,
  })) as RunInstancesRequest['BlockDeviceMappings'];

/** A launch by RunInstances. Security groups are named by id or, in the default VPC, by name. */
export function configurationRequest(
  { settings }: LaunchConfigurationRecord,
  { zone, subnetId }: Placement,
): Partial<RunInstancesRequest> {
  const groups = settings.SecurityGroups ?? [];
  const ids = groups.filter((name) => name.startsWith('sg-'));
  const profile = settings.IamInstanceProfile;
  const isPublic = settings.AssociatePublicIpAddress;
  const network =
    isPublic === undefined
      ? {
          SubnetId: subnetId,
          SecurityGroupIds: ids.length > 0 ? ids : undefined,
          SecurityGroups:
            ids.length < groups.length ? groups.filter((name) => !ids.includes(name)) : undefined,
        }
      : {
          NetworkInterfaces: [
            {
              DeviceIndex: 0,
              SubnetId: subnetId,
              AssociatePublicIpAddress: isPublic,
              // An interface takes no names: EC2 says so.
              Groups: groups.length > 0 ? [...groups] : undefined,
              DeleteOnTermination: true,
            },
          ],
        };
  return {
    ImageId: settings.ImageId,
    InstanceType: settings.InstanceType,
    KeyName: settings.KeyName,
    UserData: settings.UserData,
    BlockDeviceMappings: configurationMappings(settings),
    // Detailed monitoring is on unless it is switched off.
    Monitoring: { Enabled: settings.InstanceMonitoring?.Enabled ?? true },
    IamInstanceProfile: profile
      ? profile.startsWith('arn:')
        ? { Arn: profile }
        : { Name: profile }
      : undefined,
    EbsOptimized: settings.EbsOptimized,
    MetadataOptions: settings.MetadataOptions as RunInstancesRequest['MetadataOptions'],
    Placement: { AvailabilityZone: zone, Tenancy: settings.PlacementTenancy as 'default' | undefined },
    ...network,
  };
}

export function showConfiguration(record: LaunchConfigurationRecord): LaunchConfiguration {
  const { settings } = record;
  return {
    ...settings,
    LaunchConfigurationName: record.name,
    LaunchConfigurationARN: configurationArn(record),
    CreatedTime: record.createdAtMs,
    SecurityGroups: settings.SecurityGroups ?? [],
    ClassicLinkVPCSecurityGroups: [],
    UserData: settings.UserData ?? '',
    KeyName: settings.KeyName ?? '',
    KernelId: '',
    RamdiskId: '',
    BlockDeviceMappings: settings.BlockDeviceMappings ?? [],
    InstanceMonitoring: { Enabled: settings.InstanceMonitoring?.Enabled ?? true },
    EbsOptimized: settings.EbsOptimized ?? false,
  };
}
