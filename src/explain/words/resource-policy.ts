/** Which policy speaks for a resource, how it is called, and what a statement of it names as its resource. */
import type { AccessRequest, PolicyInputs } from '../../policy/decision.ts';
import type { PolicyKind } from '../../policy/parse.ts';

export interface ResourcePolicyForm {
  readonly kind: PolicyKind;
  /** `the key policy of arn:…` */
  readonly name: string;
  /** Absent in trust policies, where the role itself is meant. */
  readonly resource?: string;
  /** What is given together, where one action alone is of no use. */
  readonly actions: readonly string[];
}

export function resourcePolicyForm(inputs: PolicyInputs, request: AccessRequest): ResourcePolicyForm {
  const { resource, action } = request;
  const actions = [action];
  if (inputs.resourceRule === 'trust')
    return { kind: 'trust', name: `the trust policy of ${resource}`, actions };
  if (inputs.resourceRule === 'kms') {
    return { kind: 'key', name: `the key policy of ${resource}`, resource: '*', actions };
  }
  if (action.startsWith('logs:')) {
    return {
      kind: 'resource',
      name: 'a resource policy of CloudWatch Logs (aws logs put-resource-policy)',
      resource: resource.replace(/:log-stream:.*$/, ':*'),
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    };
  }
  return { kind: 'resource', name: `the policy of ${resource}`, resource, actions };
}
