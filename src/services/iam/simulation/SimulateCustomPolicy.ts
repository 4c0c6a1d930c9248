/**
 * Tells what policies given in the request would decide. Nothing is asked of the resources, and nothing changed.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
 */
import { parseArn } from '../../../aws/arn.ts';
import type { NamedPolicy } from '../../../policy/decision.ts';
import { internPolicy } from '../../../policy/intern.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import type { OrderedOrganizationPolicyType } from '../../../shapes/generated/iam.ts';
import { invalidInput } from '../errors.ts';
import { iam } from '../iam.ts';
import { contextOf } from './context-entries.ts';
import { simulatePage } from './simulate.ts';
import { simulatedCaller } from './simulated-caller.ts';
import { requestedPolicies, simulatedPolicies } from './simulated-policies.ts';

export default iam.operation('SimulateCustomPolicy', {
  readOnly: true,
  checks: (context) => ({ account: accountCheck(context, 'iam:SimulateCustomPolicy') }),
  async execute({ account, turns }, input) {
    const { CallerArn, ResourceOwner, ResourcePolicy, ContextEntries } = input;
    if (ResourcePolicy !== undefined && CallerArn === undefined) {
      throw invalidInput('CallerArn is required when a ResourcePolicy is given.');
    }
    const { principal, keys } = simulatedCaller(CallerArn, account);
    const serviceControl = organizationLevels(input.OrderedOrganizationPolicyInputList);
    return simulatePage(
      {
        principal,
        policies: simulatedPolicies({ ...requestedPolicies(input), serviceControl }),
        context: contextOf(ContextEntries, keys),
        resourceAccount: ResourceOwner
          ? (parseArn(ResourceOwner)?.account ?? account)
          : ownAccount(principal, account),
        inOrganization: serviceControl !== undefined,
      },
      turns,
      input,
    );
  },
});

const ownAccount = (principal: object, account: string) =>
  'account' in principal ? String(principal.account) : account;

function organizationLevels(
  levels: readonly OrderedOrganizationPolicyType[] | undefined,
): readonly (readonly NamedPolicy[])[] | undefined {
  if (!levels?.length) return undefined;
  return levels.map(({ ServiceControlPolicyInputList: documents = [] }, level) => {
    if (documents.length === 0) {
      throw invalidInput(
        `Organization policy at index ${level + 1} must contain at least one service control policy`,
      );
    }
    return documents.map((document) => {
      const parsed = internPolicy(document, 'service-control');
      if (!parsed.ok) throw invalidInput(`Organization policy at index ${level + 1} has invalid content`);
      // Answers do not speak of them.
      return { policy: parsed.policy, name: 'service control policy' };
    });
  });
}
