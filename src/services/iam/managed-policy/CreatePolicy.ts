/**
 * Creates a managed policy; its document becomes version v1.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html
 */
import type { Check } from '../../../invoke/verdict.ts';
import { alreadyExists, exceedsQuota } from '../errors.ts';
import { iam } from '../iam.ts';
import { newId } from '../identity/identity.ts';
import { creationTagCheck, newTags, requestTagKeys } from '../tag/tag.ts';
import {
  findPolicyByName,
  MAX_POLICIES,
  managedPolicies,
  policyArn,
  policyDocument,
  shownPolicyDetail,
} from './managed-policy.ts';
import type { ManagedPolicyRecord } from './managed-policy-record.ts';

export default iam.operation('CreatePolicy', {
  checks({ account }, { PolicyName: name, Path: path = '/', Tags }) {
    const policy: Check<undefined> = {
      action: 'iam:CreatePolicy',
      resource: policyArn({ account, path, name }),
      deniedAs: `policy ${name}`,
      account,
      record: undefined,
      conditions: () => requestTagKeys(Tags),
    };
    return { policy, tag: creationTagCheck(policy, 'TagPolicy', Tags) };
  },
  async execute({ tx, account, nowMs, entropy }, input) {
    const { PolicyName: name, Path: path = '/' } = input;
    if (await findPolicyByName(tx, account, name)) {
      throw alreadyExists(`A policy called ${name} already exists. Duplicate names are not allowed.`);
    }
    const existing = await tx.list(managedPolicies, { prefix: [account], limit: MAX_POLICIES });
    if (existing.length >= MAX_POLICIES) throw exceedsQuota('PoliciesPerAccount', MAX_POLICIES);
    const policy: ManagedPolicyRecord = {
      account,
      id: newId(entropy, 'ANPA'),
      name,
      path,
      description: input.Description,
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
      versions: [{ versionId: 'v1', document: policyDocument(input.PolicyDocument), createdAtMs: nowMs }],
      defaultVersionId: 'v1',
      nextVersion: 2,
      tags: newTags(input.Tags),
    };
    tx.put(managedPolicies, policy);
    const { Description: _, Tags, ...shown } = await shownPolicyDetail(tx, account, policy);
    return { Policy: { ...shown, ...(Tags?.length && { Tags }) } };
  },
});
