/**
 * Creates a role. Its trust policy says who may assume it; users and roles named there must exist.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
import type { Check } from '../../../invoke/verdict.ts';
import { requireBoundary } from '../boundary/boundary.ts';
import { validationError } from '../errors.ts';
import { iam } from '../iam.ts';
import { newId, requireFreeName } from '../identity/identity.ts';
import { creationTagCheck, newTags, requestTagKeys } from '../tag/tag.ts';
import { createdRole, DEFAULT_SESSION_SECONDS, type RoleRecord, roleArn, roles } from './role.ts';
import { storedTrustDocument } from './trust-policy.ts';

export default iam.operation('CreateRole', {
  checks({ account }, { RoleName: name, Path: path = '/', PermissionsBoundary, Tags }) {
    const role: Check<undefined> = {
      action: 'iam:CreateRole',
      resource: roleArn({ account, path, name }),
      account,
      record: undefined,
      conditions: () => ({ 'iam:PermissionsBoundary': PermissionsBoundary, ...requestTagKeys(Tags) }),
    };
    return { role, tag: creationTagCheck(role, 'TagRole', Tags) };
  },
  async execute({ tx, account, nowMs, entropy, caller }, input) {
    const { RoleName: name, Path: path = '/', MaxSessionDuration = DEFAULT_SESSION_SECONDS } = input;
    if (path.startsWith('/aws-service-role/')) {
      throw validationError(
        'Roles with path /aws-service-role/ can only be created by CreateServiceLinkedRole.',
      );
    }
    await requireFreeName(tx, roles, account, name);
    const role: RoleRecord = {
      account,
      id: newId(entropy, roles.idPrefix),
      name,
      path,
      createdAtMs: nowMs,
      inlinePolicies: [],
      attachedPolicyArns: [],
      description: input.Description,
      maxSessionDurationSeconds: MaxSessionDuration,
      trustDocument: await storedTrustDocument(tx, input.AssumeRolePolicyDocument),
      tags: newTags(input.Tags, 'ignored', caller),
      boundaryArn: await requireBoundary(tx, account, input.PermissionsBoundary),
    };
    tx.put(roles.table, role);
    // The document as it came; GetRole shows accounts by their ARNs.
    return { Role: createdRole(role, input.AssumeRolePolicyDocument) };
  },
});
