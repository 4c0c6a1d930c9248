/**
 * Whether a principal may do something that nobody has tried: with its policies, and those of the resource, as they are
 * now. What is not known of the request stays open, and the answer says what it depends on.
 */
import { parseArn } from '../aws/arn.ts';
import type { Scope } from '../aws/scope.ts';
import { policyInputs } from '../invoke/authorize.ts';
import { conditionLookup, presentConditions } from '../invoke/condition-lookup.ts';
import { pathsOf, principalConditionKeys } from '../invoke/global-condition-keys.ts';
import type { Ports } from '../invoke/port.ts';
import type { ResourceFacts } from '../invoke/ports/resource-facts.ts';
import type { Check, ConditionValues } from '../invoke/verdict.ts';
import type { AccessRequest, PolicyInputs } from '../policy/decision.ts';
import { granteeNames } from '../policy/principals.ts';
import { KEY_ACTIONS, keyFacts } from '../services/kms/index.ts';
import type { ReadTransaction } from '../store/store.ts';
import { type AskedPrincipal, knownPrincipals, namedByKey } from './asked-principals.ts';
import { allInWords } from './condition-words.ts';
import { explainedCheck, namedResource } from './explained-check.ts';
import type { Explanation } from './explanation.ts';
import { NoAnswer } from './key-question.ts';
import { findRemedies } from './mend.ts';
import { originText, unreadText } from './render-who-can.ts';
import { type Ground, groundsFor, isUnknownTo, tagConditions } from './rights.ts';
import { byService, directly, through, type Way } from './ways.ts';
import { findPrincipal } from './what-can.ts';

export interface CanQuestion extends Scope {
  readonly principal: string;
  /** `kms:Decrypt` */
  readonly action: string;
  readonly resource?: string;
  /** Condition keys whose values are given. */
  readonly context: Readonly<Record<string, readonly string[]>>;
  /** The service that asks for the principal, as the call that it does: `ec2:StartInstances`. */
  readonly through?: string;
  readonly nowMs: number;
}

export interface CanAnswer extends Explanation {
  /** Of an answer that is allowed or depends: what allows it, and on which conditions. */
  readonly grounds: readonly Ground[];
}

export interface CanWorld {
  readonly tx: ReadTransaction;
  readonly ports: Pick<Ports, 'policies' | 'guardrails' | 'principals' | 'resourceFacts'>;
}

export async function can(from: CanWorld, question: CanQuestion): Promise<CanAnswer> {
  const action = properAction(question.action);
  const resource = await factsOf(from, question, action);
  const asked = await principalAsked(from.tx, question, resource);
  const { inputs, request, isOpen, conditions } = await asRequest(from, question, action, asked, resource);
  const grounds = groundsFor(inputs, request, isOpen);
  const about = await headline(from, asked, action, resource);
  const common = { ...NOTHING, subject: `${question.principal} ${question.action}`, grounds };
  const [first] = grounds;
  const [service = ''] = action.split(':');
  if (first && !SERVED.has(service)) {
    return {
      ...common,
      verdict: 'unknown',
      headline: `${asked.who}'s own policies allow ${action}, but the policies of ${service}'s resources are not known here.`,
    };
  }
  if (first && first.where.length === 0 && first.unless.length === 0 && !first.provided) {
    const by = [{ action, resource: resource.arn, by: originText(first.by) }];
    return {
      ...common,
      verdict: 'allowed',
      headline: `${about.may}: ${originText(first.by)} allows it.`,
      allowedBy: by,
    };
  }
  if (first) return { ...common, verdict: 'depends', headline: `${about.may} only ${onCondition(grounds)}.` };
  if (inputs.unknownGrants) {
    const { name, why } = inputs.unknownGrants;
    return {
      ...common,
      verdict: 'unknown',
      headline: `It cannot be said whether ${about.may}: no policy allows it, and ${name} are not known (${why}).`,
    };
  }
  const check = await explainedCheck(from, inputs, request, conditions);
  const plan = findRemedies([{ inputs, request }]);
  return {
    ...common,
    verdict: 'denied',
    headline: `${about.mayNot}${elsewhere(inputs, request, question, isOpen)}.`,
    checks: check ? [check] : [],
    remedies: plan.remedies.map(({ sentence, shape, document }) => ({ sentence, shape, document })),
    remediesVerified: plan.sufficient,
  };
}

/** Of a call whose circumstances are given: the ones under which it would be allowed. */
function elsewhere(
  inputs: PolicyInputs,
  request: AccessRequest,
  { context }: CanQuestion,
  isOpen: (key: string) => boolean,
): string {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
  if (given.size === 0) return '';
  const grounds = groundsFor(inputs, request, (key) => given.has(key) || isOpen(key));
  return grounds.length === 0 ? '' : `: it may ${onCondition(grounds)}`;
}

/** Services whose resources are known with their policies; of others only the caller's side can be said. */
const SERVED: ReadonlySet<string> = new Set([
  ...['autoscaling', 'cloudformation', 'cloudtrail', 'ebs', 'ec2', 'iam', 'kms', 'organizations', 'sts'],
]);

const NOTHING = {
  version: 1,
  found: true,
  checks: [],
  following: [],
  remedies: [],
  remediesVerified: false,
} as const;

function onCondition(grounds: readonly Ground[]): string {
  const each = grounds.map(({ where, unless, provided = [] }) => {
    const must = where.length > 0 ? `where ${allInWords(where)}` : '';
    const mustNot = unless.map((conditions) => `unless ${allInWords(conditions)}`).join(' and ');
    return [must, mustNot, unreadText(provided)].filter(Boolean).join(', ');
  });
  return each.join('; or ');
}

/** Policies compare actions without regard to case; the evaluator is asked with AWS's spelling where it is known. */
function properAction(given: string): string {
  const action = given.replace(/^[^:]+:/, (service) => service.toLowerCase());
  if (!/^[a-z0-9-]+:[A-Za-z0-9]+$/.test(action)) {
    throw new NoAnswer(
      `${given} is not an action. Write it as policies do: kms:Decrypt, ec2:StartInstances.`,
    );
  }
  return KEY_ACTIONS.get(action.toLowerCase()) ?? action;
}

async function factsOf(
  { tx, ports }: CanWorld,
  question: CanQuestion,
  action: string,
): Promise<ResourceFacts> {
  const { resource: name, account } = question;
  if (name === undefined || name === '*') return { arn: '*', account, resourceRule: 'none', conditions: {} };
  for (const source of ports.resourceFacts) {
    const facts = await source.resourceFacts(tx, question, name, action);
    if (facts) return facts;
  }
  const arn = parseArn(name);
  if (!arn)
    throw new NoAnswer(
      `There is no ${name} in account ${account}, Region ${question.region}. Give an id that exists, or an ARN.`,
    );
  if (arn.service === 'kms')
    throw new NoAnswer(`There is no key ${name}: without its policy nothing can be said.`);
  return { arn: name, account: arn.account || account, resourceRule: 'none', conditions: {} };
}

async function principalAsked(
  tx: ReadTransaction,
  question: CanQuestion,
  { arn }: ResourceFacts,
): Promise<AskedPrincipal> {
  const known = await knownPrincipals(tx);
  const parsed = parseArn(arn);
  const isKey = parsed?.service === 'kms' && parsed.resource.startsWith('key/');
  const key = isKey ? await keyFacts({ tx, account: parsed.account, region: parsed.region }, arn) : undefined;
  const candidates = [...known.asked, ...(key ? namedByKey(key, known) : [])];
  return findPrincipal(candidates, question.principal, question.account);
}

interface OpenRequest {
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
  readonly conditions: ConditionValues;
  isOpen(key: string): boolean;
}

async function asRequest(
  from: CanWorld,
  question: CanQuestion,
  action: string,
  asked: AskedPrincipal,
  resource: ResourceFacts,
): Promise<OpenRequest> {
  const { principal } = asked;
  const account = asked.account || resource.account;
  const own = await from.ports.policies.identityPolicies(from.tx, principal);
  const names = new Set(granteeNames(principal));
  const check: Check<undefined> = {
    action,
    resource: resource.arn,
    account: resource.account,
    record: undefined,
    resourceRule: resource.resourceRule,
    resourcePolicy: resource.resourcePolicy,
    grants: resource.grants?.filter(({ grantee }) => names.has(grantee)),
    unknownGrants: resource.unknownGrants,
  };
  const inputs = await policyInputs(from, { principal, account }, own, check, undefined);
  const way = wayOf(question, asked);
  const organization = await from.ports.guardrails.membership(from.tx, account);
  const owner = await from.ports.guardrails.membership(from.tx, resource.account);
  const conditions: ConditionValues = {
    'aws:CurrentTime': new Date(question.nowMs).toISOString(),
    'aws:EpochTime': String(Math.floor(question.nowMs / 1000)),
    'aws:RequestedRegion': question.region,
    'aws:ResourceAccount': resource.account,
    'aws:ResourceOrgID': owner?.organizationId,
    'aws:ResourceOrgPaths': pathsOf(owner),
    'aws:PrincipalOrgID': organization?.organizationId,
    'aws:PrincipalOrgPaths': pathsOf(organization),
    ...principalConditionKeys(principal),
    ...(action.startsWith('kms:') && { 'kms:CallerAccount': account }),
    ...tagConditions(own),
    ...resource.conditions,
    ...way.conditions(action),
    ...question.context,
  };
  const condition = conditionLookup(() => conditions);
  const request: AccessRequest = {
    principal,
    action,
    resource: resource.arn,
    resourceAccount: resource.account,
    condition,
    childGrant: action === 'kms:CreateGrant' ? way.childGrant : undefined,
  };
  const given = new Set(Object.keys(presentConditions(conditions)).map((key) => key.toLowerCase()));
  return {
    inputs,
    request,
    conditions,
    isOpen: (key) => !given.has(key) && (way.isOpen(key) || isUnknownTo(condition, key)),
  };
}

function wayOf({ through: call, region }: CanQuestion, { principal }: AskedPrincipal): Way {
  if (principal.kind === 'service') return byService;
  return call === undefined ? directly : through(call.split(':')[0] ?? call, region);
}

async function headline(
  { tx }: CanWorld,
  { who }: AskedPrincipal,
  action: string,
  { arn }: ResourceFacts,
): Promise<{ may: string; mayNot: string }> {
  const parsed = parseArn(arn);
  const key =
    parsed?.service === 'kms'
      ? await keyFacts({ tx, account: parsed.account, region: parsed.region }, arn)
      : undefined;
  const on = arn === '*' ? '' : ` on ${namedResource(arn, key)}`;
  const state =
    key && key.state !== 'Enabled' ? ` (the key is ${key.state}, and cannot be used until that changes)` : '';
  return { may: `${who} may ${action}${on}${state}`, mayNot: `${who} may not ${action}${on}` };
}
