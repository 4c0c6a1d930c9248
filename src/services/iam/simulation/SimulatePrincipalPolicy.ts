/**
 * Tells what the policies of a user, group or role would decide, with its boundary and what holds its account, and with
 * further policies that the request gives. Keys take part with their own policies and grants, unless the request gives a
 * resource policy (aws-facts G5.3); trust and session policies take no part.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */
import { parseArn } from '../../../aws/arn.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { ResourceFacts } from '../../../invoke/ports/resource-facts.ts';
import type { SimulatePrincipalPolicyRequest } from '../../../shapes/generated/iam.ts';
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
  async execute(context, input, { source: { record: source } }) {
    const { tx, account, ports, turns } = context;
    const { CallerArn, ResourceOwner, ResourcePolicy, ContextEntries } = input;
    // A group asks nothing itself.
    const callerArn = CallerArn ?? (source.noun === 'group' ? undefined : source.arn);
    if (ResourcePolicy !== undefined && callerArn === undefined) {
      throw invalidInput('CallerArn is required when a ResourcePolicy is given.');
    }
    // Key policies and grants keep whom they name by unique id.
    const uniqueId = callerArn && (await ports.principals.uniqueId(tx, callerArn));
    const { principal, keys } = simulatedCaller(callerArn, account, uniqueId);
    const attached = await policiesOfSource(tx, source, input.PolicyExclusionList);
    const requested = requestedPolicies(input);
    // Service control policies do not hold service-linked roles.
    const isHeld = principal.kind !== 'role-session' || !principal.serviceLinked;
    const guardrails = await ports.guardrails.over(tx, account);
    return simulatePage(
      {
        principal,
        policies: simulatedPolicies({
          identity: [...attached.identity, ...requested.identity],
          boundary: requested.boundary ?? attached.boundary,
          resource: requested.resource,
          serviceControl: isHeld ? guardrails?.serviceControl() : undefined,
        }),
        context: contextOf(ContextEntries, keys),
        resourceAccount: ResourceOwner ? (parseArn(ResourceOwner)?.account ?? account) : account,
        inOrganization: guardrails !== undefined,
        ...(ResourcePolicy === undefined && { resources: await resourcesWithPolicies(context, input) }),
      },
      turns,
      input,
    );
  },
});

/** Keys decide by their own policies and grants, so a simulation without them would allow what a call is refused. */
async function resourcesWithPolicies(
  { tx, account, region, ports }: ResolveContext,
  { ResourceArns = [] }: SimulatePrincipalPolicyRequest,
): Promise<ReadonlyMap<string, ResourceFacts>> {
  const found = new Map<string, ResourceFacts>();
  for (const arn of ResourceArns) {
    for (const source of ports.resourceFacts) {
      // What a key is does not depend on what is asked of it.
      const facts = await source.resourceFacts(tx, { account, region }, arn, '');
      if (facts?.resourceRule === 'kms') found.set(arn, facts);
    }
  }
  return found;
}
