/**
 * Detaches a policy from a root, unit or account. One service control policy must stay, and RCPFullAWSAccess
 * always.
 * https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html
 */
import { constraintViolation, refusal } from '../errors.ts';
import { MANAGED_POLICY_IDS, organizationTable } from '../organization/organization.ts';
import { organizations } from '../organizations.ts';
import { attachedOfType, foundPolicy } from './policy.ts';
import { attachmentChecks } from './policy-check.ts';

export default organizations.operation('DetachPolicy', {
  checks: (context, input) => attachmentChecks(context, input, 'DetachPolicy'),
  execute({ tx }, { PolicyId, TargetId }, { target: { record } }) {
    const { type } = foundPolicy(record, PolicyId);
    if (!record.enabledPolicyTypes.includes(type)) throw refusal('PolicyTypeNotEnabledException');
    const attached = record.attachments[TargetId] ?? [];
    if (!attached.includes(PolicyId)) throw refusal('PolicyNotAttachedException');
    const isLast = type === 'SERVICE_CONTROL_POLICY' && attachedOfType(record, TargetId, type).length === 1;
    if (isLast || PolicyId === MANAGED_POLICY_IDS.RESOURCE_CONTROL_POLICY) {
      throw constraintViolation(
        'You cannot remove the last policy attached to the specified target. You must have at least one attached ' +
          'at all times.',
        'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED',
      );
    }
    const attachments = { ...record.attachments, [TargetId]: attached.filter((id) => id !== PolicyId) };
    tx.put(organizationTable, { ...record, attachments });
    return {};
  },
});
