/** What each group launches and as whom, for whoever audits keys. */
import type { Scope } from '../../aws/scope.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { groupArn, groups } from './group/group.ts';
import { instances } from './instance/instance.ts';
import { findConfiguration } from './launch-configuration/launch-configuration.ts';
import { spotServiceRole } from './service-role/service-role.ts';

export interface GroupLaunches extends Scope {
  readonly name: string;
  readonly arn: string;
  /** The service-linked role as which it launches: EC2's for Spot where a launch configuration names a price (aws-facts E2.5). */
  readonly roleArn: string;
  readonly template?: { readonly id: string; readonly version: string };
  /** Of a launch configuration: whether it has encrypted volumes, whose key is the default one. */
  readonly encryptsByConfiguration: boolean;
}

export async function groupLaunches(tx: ReadTransaction): Promise<GroupLaunches[]> {
  const all = await tx.list(groups);
  return Promise.all(
    all.map(async (group) => {
      const { account, region, name, serviceRoleArn, source } = group;
      const configuration =
        source.kind === 'configuration' ? await findConfiguration(tx, group, source.name) : undefined;
      const mappings = configuration?.settings.BlockDeviceMappings ?? [];
      return {
        account,
        region,
        name,
        arn: groupArn(group),
        roleArn: configuration?.settings.SpotPrice ? spotServiceRole(account) : serviceRoleArn,
        ...('template' in source && {
          template: { id: source.template.id, version: source.template.version ?? '$Default' },
        }),
        encryptsByConfiguration: mappings.some(({ Ebs: ebs }) => ebs?.Encrypted),
      };
    }),
  );
}

/** The name of the group of each instance that is in one. */
export async function groupsOfInstances(tx: ReadTransaction): Promise<ReadonlyMap<string, string>> {
  return new Map((await tx.list(instances)).map(({ instanceId, groupName }) => [instanceId, groupName]));
}
