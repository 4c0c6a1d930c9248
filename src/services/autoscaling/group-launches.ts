/** What each group launches and as whom, for whoever audits keys. */
import type { Scope } from '../../aws/scope.ts';
import type { RunInstancesRequest } from '../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { type GroupRecord, groupArn, groups } from './group/group.ts';
import { templateNamed } from './group/launch-source.ts';
import { overridesOf } from './group/mixed-policy.ts';
import { instances } from './instance/instance.ts';
import {
  configurationMappings,
  findConfiguration,
  type LaunchConfigurationRecord,
} from './launch-configuration/launch-configuration.ts';
import { spotServiceRole } from './service-role/service-role.ts';

export interface GroupLaunches extends Scope {
  readonly name: string;
  readonly arn: string;
  /** The service-linked role as which it launches: EC2's for Spot where a launch configuration names a price (aws-facts E2.5). */
  readonly roleArn: string;
  /** One of each of the images and templates that its policy names. */
  readonly launches: readonly Partial<RunInstancesRequest>[];
}

export async function groupLaunches(tx: ReadTransaction): Promise<GroupLaunches[]> {
  const all = await tx.list(groups);
  return Promise.all(
    all.map(async (group) => {
      const { account, region, name, source } = group;
      const configuration = await configurationOf(tx, group);
      return {
        account,
        region,
        name,
        arn: groupArn(group),
        roleArn: roleOf(group, configuration),
        launches: launchesOf(source, configuration),
      };
    }),
  );
}

/** ARN of the role as which the group launches. */
export const launchRole = async (tx: ReadTransaction, group: GroupRecord): Promise<string> =>
  roleOf(group, await configurationOf(tx, group));

const configurationOf = async (tx: ReadTransaction, group: GroupRecord) =>
  group.source.kind === 'configuration' ? findConfiguration(tx, group, group.source.name) : undefined;

const roleOf = (
  { account, serviceRoleArn }: GroupRecord,
  configuration: LaunchConfigurationRecord | undefined,
): string => (configuration?.settings.SpotPrice ? spotServiceRole(account) : serviceRoleArn);

function launchesOf(
  source: GroupRecord['source'],
  configuration: LaunchConfigurationRecord | undefined,
): Partial<RunInstancesRequest>[] {
  if (source.kind === 'configuration') {
    if (!configuration) return [];
    const { settings } = configuration;
    return [{ ImageId: settings.ImageId, BlockDeviceMappings: configurationMappings(settings) }];
  }
  const LaunchTemplate = templateNamed(source.template);
  const overrides = source.kind === 'mixed' ? overridesOf(source.policy) : [];
  if (overrides.length === 0) return [{ LaunchTemplate }];
  return overrides.map(({ LaunchTemplateSpecification: other, ImageId }) => ({
    LaunchTemplate: other ?? LaunchTemplate,
    ImageId,
  }));
}

/** The name of the group of each instance that is in one. */
export async function groupsOfInstances(tx: ReadTransaction): Promise<ReadonlyMap<string, string>> {
  return new Map((await tx.list(instances)).map(({ instanceId, groupName }) => [instanceId, groupName]));
}
