/** EC2's encoded authorization failure message, and what sts:DecodeAuthorizationMessage makes of it (aws-facts F7). */
import { parseArn } from '../aws/arn.ts';
import type { Sealer } from '../platform/ports.ts';
import type { PolicyType } from '../policy/decision.ts';
import type { Statement } from '../policy/policy.ts';
import type { Ruling } from './authorize.ts';
import { type Caller, principalId, principalOf } from './caller.ts';
import { presentConditions } from './condition-lookup.ts';
import type { Check, ConditionValues } from './verdict.ts';

const CONTEXT = 'latchkey:authorization-failure';

const items = <T>(values: readonly T[]) => ({ items: values });

/** Opaque to clients, and bound to the account whose principals may decode it. */
export function encodeDenial(sealer: Sealer, caller: Caller, account: string, ruling: Ruling): string {
  const text = JSON.stringify(failureMessage(caller, ruling));
  return Buffer.from(sealer.seal(Buffer.from(text), `${CONTEXT}:${account}`)).toString('base64url');
}

/** The message's JSON text, or undefined when the blob is not one of this account's. */
export function decodeDenial(sealer: Sealer, account: string, encoded: string): string | undefined {
  try {
    const sealed = Buffer.from(encoded, 'base64url').toString();
    return sealer.open(sealed, `${CONTEXT}:${account}`).toString();
  } catch {
    return undefined;
  }
}

function failureMessage(caller: Caller, { decision, request, check, inputs }: Ruling): object {
  const principal = principalOf(caller);
  const isExplicit = !decision.allowed && decision.explicit;
  const deciding = isExplicit ? decision.by : undefined;
  const policy = [
    ...inputs.identity,
    inputs.boundary,
    ...(inputs.session ?? []),
    ...(inputs.serviceControl ?? []).flat(),
    ...(inputs.resourceControl ?? []).flat(),
    inputs.vpcEndpoint,
    inputs.resourcePolicy,
  ].find((each) => each?.name === deciding?.policyName);
  const statement = deciding && policy?.policy.statements[deciding.index];
  const matched = statement && {
    statementId: statement.sid ?? '',
    effect: 'DENY',
    principals: items(principalsOf(deciding.policyType, statement, caller).map((value) => ({ value }))),
    principalGroups: items([]),
    actions: items(statement.actions.patterns.map((value) => ({ value }))),
    resources: items((statement.resources?.patterns ?? []).map((value) => ({ value }))),
    conditions: items(
      statement.conditions.map(({ key, values }) => ({
        key,
        values: items(values.map((value) => ({ value }))),
      })),
    ),
  };
  const keys = { ...resourceKeys(check), ...check.conditions?.() };
  const values = Object.entries(presentConditions(keys));
  return {
    allowed: false,
    explicitDeny: isExplicit,
    matchedStatements: items(matched ? [matched] : []),
    failures: items([]),
    context: {
      principal: {
        id: 'id' in principal ? principal.id : 'account' in principal ? principal.account : '',
        ...(principal.kind === 'user' && caller.kind !== 'service' ? { name: caller.identity.userName } : {}),
        arn: 'arn' in principal ? principal.arn : '',
      },
      action: request.action.slice(request.action.indexOf(':') + 1),
      resource: request.resource,
      conditions: items(
        values.map(([key, value]) => ({
          key: SPELLED[key] ?? key,
          values: items(value.map((each) => ({ value: each }))),
        })),
      ),
    },
  };
}

/** Keys that AWS spells otherwise here than where it documents them. */
const SPELLED: Readonly<Record<string, string>> = { 'ec2:EbsOptimized': 'ec2:ebsOptimized' };

/** Whom AWS says that the statement is about (aws-facts F7). */
function principalsOf(type: PolicyType, { principals }: Statement, caller: Caller): readonly string[] {
  const principal = principalOf(caller);
  switch (type) {
    case 'identity-based policy':
      return [principal.kind === 'role-session' ? principal.roleId : principalId(caller)];
    case 'service control policy':
      return [principalId(caller)];
    case 'permissions boundary':
    case 'session policy':
      return ['SCOPE_POLICY_ISSUER'];
    default:
      return (principals?.patterns ?? []).map(({ value }) => value);
  }
}

/** What a resource that is made is called before it has an id. */
const UNMADE_IDS: Readonly<Record<string, string>> = {
  instance: 'ec2:InstanceID',
  snapshot: 'ec2:SnapshotID',
  volume: 'ec2:VolumeID',
};

/** The keys that describe the resource itself; those of the caller and the request are not in the message. */
function resourceKeys({ resource, account }: Check<unknown>): ConditionValues {
  const arn = parseArn(resource);
  if (!arn) return {};
  const type = arn.resource.split(/[/:]/, 1)[0] as string;
  const isBeingCreated = arn.resource.endsWith('/*');
  const idKey = isBeingCreated ? UNMADE_IDS[type] : undefined;
  return {
    'aws:ARN': resource,
    'aws:Account': arn.account || account,
    'aws:Region': arn.region || undefined,
    'aws:Resource': arn.resource,
    'aws:ResourceBeingCreated': isBeingCreated ? 'true' : undefined,
    'aws:Service': arn.service,
    'aws:Type': type,
    ...(idKey && { [idKey]: '*' }),
  };
}
