/**
 * Creates a service control policy or a resource control policy, attached to nothing yet.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreatePolicy.html
 */
import { constraintViolation, refusal } from '../errors.ts';
import { organizationTable, shortId } from '../organization/organization.ts';
import { creationTagCheck, organizationCheck, requestTagKeys } from '../organization/organization-check.ts';
import { organizations } from '../organizations.ts';
import { mergeTags } from '../tag/tag.ts';
import {
  isPolicyType,
  POLICY_QUOTAS,
  policiesOfType,
  policyArn,
  requireContent,
  shownSummary,
} from './policy.ts';

export default organizations.operation('CreatePolicy', {
  checks: async (context, { Type, Tags }) => ({
    organization: await organizationCheck(context, {
      action: 'CreatePolicy',
      arn: (organization) => policyArn(organization, '*', Type),
      conditions: () => ({ 'organizations:PolicyType': Type, ...requestTagKeys(Tags) }),
    }),
    tag: await creationTagCheck(context, Tags, (organization) => policyArn(organization, 'p-*', Type)),
  }),
  execute({ tx, entropy }, { Type, Name, Description, Content, Tags }, { organization: { record } }) {
    if (!isPolicyType(Type)) throw refusal('PolicyTypeNotAvailableForOrganizationException');
    if (policiesOfType(record, Type).some(([, { name }]) => name === Name)) {
      throw refusal('DuplicatePolicyException');
    }
    const own = Object.values(record.policies).filter(({ type }) => type === Type);
    if (own.length >= POLICY_QUOTAS[Type].inOrganization) {
      throw constraintViolation(
        'You have exceeded the number of policies of this type in your organization.',
        'POLICY_NUMBER_LIMIT_EXCEEDED',
      );
    }
    const id = `p-${shortId(entropy, 8)}`;
    const policy = {
      type: Type,
      name: Name,
      description: Description,
      content: requireContent(Content, Type),
      tags: mergeTags([], Tags ?? []),
    };
    const organization = { ...record, policies: { ...record.policies, [id]: policy } };
    tx.put(organizationTable, organization);
    return { Policy: { PolicySummary: shownSummary(organization, id, policy), Content } };
  },
});
