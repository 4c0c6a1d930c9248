/** A statement that is not there yet: where it can live, and as narrow as the call. */
import { parseArn } from '../../aws/arn.ts';
import type { Ruling } from '../../invoke/authorize.ts';
import type { AccessRequest, Decision, PolicyInputs, PolicyPrincipal } from '../../policy/decision.ts';
import { decide } from '../../policy/evaluate.ts';
import { internPolicy } from '../../policy/intern.ts';
import { rootArn } from '../../policy/root-user.ts';
import { explainDecision } from '../../policy/trace.ts';
import { resourcePolicyForm } from '../words/resource-policy.ts';
import { busPolicyPlace } from './bus-policy-place.ts';
import { canCarryPolicies, isOfOthersKey, needsForeignGrant } from './foreign-grant.ts';
import {
  boundaryStatement,
  identityForm,
  identityStatement,
  NEW_POLICY_NAME,
  newStatement,
} from './identity-statement.ts';
import { narrowing } from './narrowing.ts';
import type { Question } from './near-miss.ts';
import type { PolicyPlace } from './place.ts';
import {
  endpointPolicyPlace,
  guardrailPlace,
  keyPolicyPlace,
  logsPolicyPlace,
  trustPolicyPlace,
} from './policy-place.ts';
import type { Candidate } from './remedy.ts';
import { sessionStatement } from './session-policies.ts';

type Denied = Decision & { readonly allowed: false };

export function newStatementCandidates(question: Question, decision: Denied): Candidate[] {
  const { inputs, request } = question;
  if (decision.explicit) return [];
  if (isOfOthersKey(request)) return [fromItsAccount(request)];
  const foreign = needsForeignGrant(request);
  if (foreign) return [foreignGrant(request, foreign)];
  switch (decision.policyType) {
    case 'identity-based policy':
      if (canCarryPolicies(request.principal)) return identityStatement(question);
      return inputs.resourceRule === 'kms' ? resourceStatement(question) : [];
    case 'resource-based policy':
    case 'role trust policy':
      return resourceStatement(question);
    case 'permissions boundary':
      return inputs.boundary ? boundaryStatement(inputs.boundary.name, question) : [];
    case 'session policy':
      return sessionStatement(question);
    case 'service control policy':
    case 'resource control policy':
      return levelStatement(decision.policyType, inputs, request);
    case 'VPC endpoint policy':
      return inputs.vpcEndpoint ? endpointStatement(inputs.vpcEndpoint.name, question) : [];
    default:
      return [];
  }
}

function fromItsAccount({ action, resource, resourceAccount }: AccessRequest): Candidate {
  return {
    kind: 'request',
    account: resourceAccount,
    region: parseArn(resource)?.region ?? '',
    target: resource,
    sentence: `Change no policy: call ${action} as a principal of account ${resourceAccount}, whose key it is.`,
  };
}

function endpointStatement(endpointArn: string, question: Question): Candidate[] {
  const place = endpointPolicyPlace(endpointArn);
  const { Condition, ...form } = identityForm(question);
  const { principal } = question.request;
  const arn = principal.kind === 'role-session' ? principal.roleArn : 'arn' in principal ? principal.arn : '';
  // Whoever comes through it is of any account: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
  const only = arn && { Condition: { ...Condition, ArnEquals: { 'aws:PrincipalArn': arn } } };
  const statement = { ...form, Principal: '*', ...(only || (Condition && { Condition })) };
  return newStatement(place, statement, `Add this statement to ${place?.title}:`);
}

function resourceStatement(question: Question): Candidate[] {
  const { inputs, request } = question;
  const { kind, name, resource, actions } = resourcePolicyForm(inputs, request);
  const place =
    kind === 'key'
      ? keyPolicyPlace(request.resource)
      : kind === 'trust'
        ? trustPolicyPlace(request.resource)
        : (logsPlace(request) ?? busPolicyPlace(request.resource));
  const statement = {
    Effect: 'Allow',
    Principal: principalElement(request.principal),
    Action: actions,
    ...(resource === undefined ? {} : { Resource: [resource] }),
    ...narrowing(question),
  };
  const guard = guardOfServices(question);
  const guarded = guard
    ? { ...statement, Condition: { ...statement.Condition, StringEquals: guard } }
    : statement;
  const first = missingRole(request.principal);
  return newStatement(place, guarded, `Add this statement to ${name}:`).map((candidate) => ({
    ...candidate,
    ...(guard && { conditions: guard }),
    ...(first && { first }),
  }));
}

/**
 * For whom a service calls, where nobody has made the call and a statement that asks for that was meant for it
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
 */
function guardOfServices({ inputs, request }: Question): Record<string, string> | undefined {
  if (request.principal.kind !== 'service') return undefined;
  const asked = explainDecision(inputs, request)
    .policies.flatMap(({ statements }) => statements)
    .filter(({ effect, mismatches = [] }) => effect === 'Allow' && mismatches.join() === 'condition')
    .flatMap(({ conditions = [] }) => conditions);
  const isGuarded = asked.some(
    ({ key, actual }) => /^aws:Source(?:Account|Arn)$/i.test(key) && actual === undefined,
  );
  return isGuarded ? { 'aws:SourceAccount': request.resourceAccount } : undefined;
}

/** A service makes its role when it is first needed; a policy can name it once it is there. */
function missingRole(principal: PolicyPrincipal): Candidate | undefined {
  if (principal.kind !== 'role-session' || !principal.serviceLinked) return undefined;
  const { account, roleArn } = principal;
  const [, AWSServiceName = '', name = ''] = /\/aws-service-role\/([^/]+)\/(.+)$/.exec(roleArn) ?? [];
  const [, CustomSuffix] = name.split('_');
  const input = { AWSServiceName, ...(CustomSuffix && { CustomSuffix }) };
  const call = { service: 'iam', operation: 'CreateServiceLinkedRole', account, region: 'us-east-1', input };
  return {
    kind: 'fact',
    account,
    region: 'us-east-1',
    target: roleArn,
    sentence: `Make the service-linked role ${name}, which is not there yet, so that a policy can name it:`,
    calls: () => [call],
  };
}

function logsPlace({ resource }: AccessRequest): PolicyPlace | undefined {
  const { service, account, region } = parseArn(resource) ?? {};
  return service === 'logs' && account && region
    ? logsPolicyPlace({ account, region }, NEW_POLICY_NAME)
    : undefined;
}

/** The principal element that names the caller: the role, not its session, so that it holds for the next session too. */
export function principalElement(principal: PolicyPrincipal): object {
  if (principal.kind === 'service') return { Service: principal.service };
  if (principal.kind === 'web-identity') return { Federated: principal.provider };
  if (principal.kind === 'role-session') return { AWS: principal.roleArn };
  return { AWS: 'arn' in principal ? principal.arn : '*' };
}

type Guardrail = 'service control policy' | 'resource control policy';

const MEMBERS = {
  'service control policy': 'serviceControl',
  'resource control policy': 'resourceControl',
} as const;

const isGuardrail = (type: string): type is Guardrail => type in MEMBERS;

/** The first level of the organization on which nothing allows the request. */
function levelWithout(type: Guardrail, inputs: PolicyInputs, request: AccessRequest): number {
  const member = MEMBERS[type];
  return (inputs[member] ?? []).findIndex(
    (level) => level.length === 0 || !decide({ ...ANYTHING, [member]: [level] }, request).allowed,
  );
}

/** Of a denial that a level of the organization lacks an allow for: which, for there may be several. */
export function lackingLevel({ decision, inputs, request }: Pick<Ruling, 'decision' | 'inputs' | 'request'>) {
  if (decision.allowed || decision.explicit || !isGuardrail(decision.policyType)) return undefined;
  return levelWithout(decision.policyType, inputs, request);
}

function levelStatement(type: Guardrail, inputs: PolicyInputs, request: AccessRequest): Candidate[] {
  const level = inputs[MEMBERS[type]]?.[levelWithout(type, inputs, request)] ?? [];
  const statement = {
    Effect: 'Allow',
    ...(type === 'resource control policy' && { Principal: '*' }),
    Action: [request.action],
    Resource: '*',
  };
  return level.flatMap(({ name }) =>
    newStatement(
      guardrailPlace(name),
      statement,
      `Let the ${type} ${name} allow it, in the organization's management account:`,
    ),
  );
}

const ANYTHING: PolicyInputs = {
  resourceRule: 'none',
  identity: [{ name: 'everything', policy: everything() }],
};

function everything() {
  const parsed = internPolicy(
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
    'managed',
  );
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.policy;
}

/** That account's own right to issue the grant: the key policy must give it. It is a person who issues it. */
function issuingStatement(keyArn: string, account: string): Candidate | undefined {
  const Principal = { AWS: rootArn(account) };
  const statement = { Effect: 'Allow', Principal, Action: ['kms:CreateGrant'], Resource: ['*'] };
  return newStatement(
    keyPolicyPlace(keyArn),
    statement,
    `Add this statement to the key policy of ${keyArn}:`,
  )[0];
}

/** A grant that the role's own account issues, where neither side's policies can help (foreign-grant.ts). */
function foreignGrant(
  request: AccessRequest,
  role: { readonly account: string; readonly roleArn: string },
): Candidate {
  const { resource, action, childGrant } = request;
  const actions = [action, ...(childGrant?.actions ?? [])];
  const region = parseArn(resource)?.region ?? '';
  const input = {
    KeyId: resource,
    GranteePrincipal: role.roleArn,
    Operations: [...new Set(actions)].map((each) => each.slice('kms:'.length)),
  };
  return {
    kind: 'grant',
    account: role.account,
    region,
    target: resource,
    sentence: `In account ${role.account}, make this grant:`,
    grant: input,
    first: issuingStatement(resource, role.account),
  };
}
