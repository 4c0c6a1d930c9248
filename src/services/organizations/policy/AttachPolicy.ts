/**
 * Attaches a policy to a root, unit or account: it then holds all accounts below.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_AttachPolicy.html
 */
import { constraintViolation, refusal } from '../errors.ts';
import { organizationTable } from '../organization/organization.ts';
import { organizations } from '../organizations.ts';
import { attachedOfType, foundPolicy, POLICY_QUOTAS } from './policy.ts';
import { attachmentChecks } from './policy-check.ts';

export default organizations.operation('AttachPolicy', {
  checks: (context, input) => attachmentChecks(context, input, 'AttachPolicy'),
  execute({ tx }, { PolicyId, TargetId }, { target: { record } }) {
    const { type } = foundPolicy(record, PolicyId);
    if (!record.enabledPolicyTypes.includes(type)) throw refusal('PolicyTypeNotEnabledException');
    const attached = record.attachments[TargetId] ?? [];
    if (attached.includes(PolicyId)) throw refusal('DuplicatePolicyAttachmentException');
    if (attachedOfType(record, TargetId, type).length >= POLICY_QUOTAS[type].attached) {
      throw constraintViolation(
        'You have attached the maximum number of policies of this type to the specified target.',
        'MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      );
    }
    const attachments = { ...record.attachments, [TargetId]: [...attached, PolicyId] };
    tx.put(organizationTable, { ...record, attachments });
    return {};
  },
});
