/** The roles that a member account is made with (invoke/ports/ports.ts). */
import type { AccountFounding } from '../../../invoke/ports/ports.ts';
import { rootArn } from '../../../policy/root-user.ts';
import { newId } from '../identity/identity.ts';
import { DEFAULT_SESSION_SECONDS, type RoleRecord, roles } from '../role/role.ts';
import { serviceLinkedRoleNames, serviceTrust } from '../service-linked-role/service-linked-role.ts';

const ORGANIZATIONS = 'organizations.amazonaws.com';

export const accountFounding: AccountFounding = {
  async foundAccount({ tx, entropy, nowMs }, { account, accessRoleName, managementAccount }) {
    const role = (
      role: Pick<RoleRecord, 'name' | 'path' | 'attachedPolicyArns' | 'trustDocument'>,
    ): RoleRecord => ({
      account,
      id: newId(entropy, roles.idPrefix),
      createdAtMs: nowMs,
      inlinePolicies: [],
      maxSessionDurationSeconds: DEFAULT_SESSION_SECONDS,
      tags: [],
      ...role,
    });
    const Principal = { AWS: rootArn(managementAccount) };
    const trust = { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' };
    tx.put(
      roles.table,
      role({
        name: accessRoleName,
        path: '/',
        attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
        trustDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
      }),
    );
    const { name, path, policyArn } = serviceLinkedRoleNames(ORGANIZATIONS, undefined);
    tx.put(roles.table, {
      ...role({ name, path, attachedPolicyArns: [policyArn], trustDocument: serviceTrust(ORGANIZATIONS) }),
      serviceLinkedTo: ORGANIZATIONS,
      description:
        'Service-linked role used by AWS Organizations to enable integration of other AWS services with ' +
        'Organizations.',
    });
  },
};
