/** IAM as the other services ask it who exists (invoke/ports/ports.ts). */
import { parseArn } from '../../aws/arn.ts';
import { accountExists } from '../../invoke/identity/account.ts';
import type { PrincipalDirectory } from '../../invoke/ports/ports.ts';
import { storedPolicy } from '../../policy/stored.ts';
import { tagRecord } from '../../service-kit/tag-rules.ts';
import { findByArn, findById } from './identity/identity.ts';
import { arnOfUniqueId, uniqueIdByName, uniqueIdOf } from './identity/unique-id.ts';
import { findInstanceProfile, instanceProfileArn } from './instance-profile/instance-profile.ts';
import { oidcProviderArn, oidcProviders } from './oidc-provider/oidc-provider.ts';
import { type RoleRecord, roleArn, roles } from './role/role.ts';
import { isServicePrincipal } from './role/service-principals.ts';

export const principalDirectory: PrincipalDirectory = {
  uniqueId: uniqueIdOf,
  uniqueIdByName,
  arn: arnOfUniqueId,
  accountExists,
  isService: isServicePrincipal,

  async role(tx, arn) {
    const role = await findByArn(tx, roles, arn);
    return role && assumable(role);
  },

  async identityProvider(tx, account, url) {
    const provider = await tx.get(oidcProviders, [account, url]);
    return provider && { arn: oidcProviderArn(account, url), clientIds: provider.clientIds };
  },

  async instanceProfile(tx, account, by) {
    const name = 'name' in by ? by.name : (parseArn(by.arn)?.resource.split('/').at(-1) ?? '');
    const profile = await findInstanceProfile(tx, account, name);
    if (!profile || ('arn' in by && instanceProfileArn(profile) !== by.arn)) return undefined;
    const role = profile.roleId ? await findById(tx, roles, profile.roleId) : undefined;
    return {
      arn: instanceProfileArn(profile),
      id: profile.id,
      name: profile.name,
      ...(role && { role: assumable(role) }),
    };
  },
};

function assumable(role: RoleRecord) {
  return {
    arn: roleArn(role),
    id: role.id,
    name: role.name,
    account: role.account,
    serviceLinked: role.serviceLinkedTo !== undefined,
    trustPolicy: storedPolicy(role.trustDocument, 'trust', `trust policy of role ${role.name}`),
    maxSessionDurationSeconds: role.maxSessionDurationSeconds,
    tags: tagRecord(role.tags),
  };
}
