/** Decisions of a recorded call, as they would be made with the policies of now. */
import { parseArn } from '../../aws/arn.ts';
import { auditLog } from '../../invoke/audit/audit.ts';
import { reviveEvidence } from '../../invoke/audit/evidence.ts';
import { guardrailsOver, policyInputs, type Ruling } from '../../invoke/authorize.ts';
import { conditionLookup } from '../../invoke/condition-lookup.ts';
import { principalTagKeys } from '../../invoke/global-condition-keys.ts';
import type { IdentityPolicies } from '../../invoke/ports/ports.ts';
import type { ResourceFacts } from '../../invoke/ports/resource-facts.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import type { Check, ConditionValues } from '../../invoke/verdict.ts';
import type { AccessRequest, NamedPolicy } from '../../policy/decision.ts';
import { granteeNames } from '../../policy/principals.ts';
import type { ReadTransaction } from '../../store/store.ts';
import { lastSegment } from '../words/names.ts';

export type Ruled = Pick<Ruling, 'inputs' | 'request'>;

/** What was denied in the call. */
export async function deniedIn(tx: ReadTransaction, eventId: string): Promise<Ruled[]> {
  const [entry] = await tx.scan(auditLog, { label: { name: 'EventId', value: eventId }, limit: 1 });
  const kept = (entry?.body.decisions ?? []).flatMap(({ decision, evidence }) =>
    decision.allowed || !evidence ? [] : [evidence],
  );
  return Promise.all(kept.map((evidence) => reviveEvidence(tx, evidence)));
}

/** `more`: what else is so of the request. What is not known of the resource is as it was. */
export function decidedAnew(
  { store, ports }: Runtime,
  { inputs: then, request }: Ruled,
  more: ConditionValues,
): Promise<Ruled> {
  const { principal, action, resource, resourceAccount } = request;
  const given = conditionLookup(() => more);
  return store.read(async (tx) => {
    const facts = await factsOf(ports, tx, request);
    const own = await ports.policies.identityPolicies(tx, principal);
    const condition = (key: string) => given(key) ?? asOfNow(key, request, own, facts);
    const names = new Set(granteeNames(principal));
    const check: Check<undefined> = {
      action,
      resource,
      account: resourceAccount,
      record: undefined,
      resourceRule: then.resourceRule,
      resourcePolicy: facts ? facts.resourcePolicy : then.resourcePolicy,
      grants: facts?.grants ? facts.grants.filter(({ grantee }) => names.has(grantee)) : then.grants,
      unknownGrants: facts ? facts.unknownGrants : then.unknownGrants,
      beyondResourceControl: facts?.beyondResourceControl,
    };
    const account = 'account' in principal ? principal.account : resourceAccount;
    const through = await endpointPolicy(ports, tx, then.vpcEndpoint);
    const guardrails = await guardrailsOver({ tx, ports }, account, resourceAccount);
    const { session } = then;
    const inputs = policyInputs(check, { principal, own, guardrails, session, vpcEndpoint: through });
    return { inputs, request: { ...request, condition } };
  });
}

/** What is changed without another call (tags, aliases, the boundary of a role that the call is about) as it is now. */
function asOfNow(
  key: string,
  { principal, condition }: Ruled['request'],
  own: IdentityPolicies,
  facts: ResourceFacts | undefined,
): readonly string[] | undefined {
  if (key.startsWith('aws:principaltag/')) {
    const now = conditionLookup(() => principalTagKeys(own));
    // A session's own tags stand before its role's.
    return principal.kind === 'user' ? now(key) : (condition(key) ?? now(key));
  }
  const isOfResource = /:resourcetag\//.test(key) || (CHANGEABLE.has(key) && isAmong(facts, key));
  return facts && isOfResource ? conditionLookup(() => facts.conditions)(key) : condition(key);
}

const CHANGEABLE: ReadonlySet<string> = new Set(['kms:resourcealiases', 'iam:permissionsboundary']);

const isAmong = (facts: ResourceFacts | undefined, key: string): boolean =>
  Object.keys(facts?.conditions ?? {}).some((each) => each.toLowerCase() === key);

/** As it is now: it holds the call still. */
async function endpointPolicy(
  { vpcEndpoints }: Runtime['ports'],
  tx: ReadTransaction,
  then: NamedPolicy | undefined,
): Promise<NamedPolicy | undefined> {
  return then && ((await vpcEndpoints.endpoint(tx, lastSegment(then.name)))?.policy ?? then);
}

async function factsOf(
  ports: Runtime['ports'],
  tx: ReadTransaction,
  { principal, resource, resourceAccount, action }: AccessRequest,
): Promise<ResourceFacts | undefined> {
  const scope = { account: resourceAccount, region: parseArn(resource)?.region ?? '' };
  for (const source of ports.resourceFacts) {
    const facts = await source.resourceFacts(tx, scope, resource, action, principal);
    if (facts) return facts;
  }
  return undefined;
}
