/**
 * Tells what the policies of a user, group or role would decide, with its boundary and what holds its account, and with
 * further policies that the request gives. Trust policies, grants and session policies take no part.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
import { parseArn } from '../../../aws/arn.ts';
import { invalidInput } from '../errors.ts';
import { iam } from '../iam.ts';
import { contextOf } from './context-entries.ts';
import { policiesOfSource } from './principal-policies.ts';
import { simulatePage } from './simulate.ts';
import { simulatedCaller } from './simulated-caller.ts';
import { requestedPolicies, simulatedPolicies } from './simulated-policies.ts';
import { sourceCheck } from './source-check.ts';

export default iam.operation('SimulatePrincipalPolicy', {
  readOnly: true,
  checks: async (context, { PolicySourceArn }) => ({
    source: await sourceCheck(context, PolicySourceArn, 'SimulatePrincipalPolicy'),
  }),
  async execute({ tx, account, ports }, input, { source: { record: source } }) {
    const { CallerArn, ResourceOwner, ResourcePolicy, ContextEntries } = input;
    // A group asks nothing itself.
    const callerArn = CallerArn ?? (source.noun === 'group' ? undefined : source.arn);
    if (ResourcePolicy !== undefined && callerArn === undefined) {
      throw invalidInput('CallerArn is required when a ResourcePolicy is given.');
    }
    const { principal, keys } = simulatedCaller(callerArn, account);
    const attached = await policiesOfSource(tx, source, input.PolicyExclusionList);
    const requested = requestedPolicies(input);
    const membership = await ports.guardrails.membership(tx, account);
    return simulatePage(
      {
        principal,
        policies: simulatedPolicies({
          identity: [...attached.identity, ...requested.identity],
          boundary: requested.boundary ?? attached.boundary,
          resource: requested.resource,
          serviceControl: await ports.guardrails.serviceControl(tx, account),
        }),
        context: contextOf(ContextEntries, keys),
        resourceAccount: ResourceOwner ? (parseArn(ResourceOwner)?.account ?? account) : account,
        inOrganization: membership !== undefined,
      },
      input,
    );
  },
});
