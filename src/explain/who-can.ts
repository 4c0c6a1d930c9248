/**
 * Who may use a key: everybody whom the server knows is put to the evaluator, with the policies and grants of now, for
 * each action, once directly and once as EC2 asks for the caller. Where only a condition on something else stands in the
 * way (an encryption context, an address), the decision is tried with it fulfilled, and the condition is told.
 */
import { policyInputs } from '../invoke/authorize.ts';
import { conditionLookup } from '../invoke/condition-lookup.ts';
import { principalConditionKeys } from '../invoke/global-condition-keys.ts';
import type { Runtime } from '../invoke/runtime.ts';
import type { Check, ConditionValues } from '../invoke/verdict.ts';
import type {
  AccessRequest,
  ConditionLookup,
  PolicyGrant,
  PolicyInputs,
  PolicyPrincipal,
} from '../policy/decision.ts';
import { decide } from '../policy/evaluate.ts';
import { granteeNames } from '../policy/principals.ts';
import { type ConditionTrace, explainDecision } from '../policy/trace.ts';
import { everyone } from '../services/iam/index.ts';
import type { KeyFacts } from '../services/kms/index.ts';
import type { ReadTransaction } from '../store/store.ts';
import { factsOf, NoAnswer } from './key-question.ts';
import { principalName } from './names.ts';

export type Way = 'directly' | 'through EC2';

export interface Right {
  /** `kms:Decrypt` */
  readonly action: string;
  readonly way: Way;
  /** Conditions that the request has to meet beside; none if it is simply allowed. */
  readonly conditions: readonly Pick<ConditionTrace, 'operator' | 'key' | 'expected'>[];
}

export interface KeyUser {
  /** `user john` */
  readonly who: string;
  readonly principal: string;
  readonly account: string;
  readonly rights: readonly Right[];
}

export interface WhoCan {
  readonly key: string;
  readonly alias?: string;
  readonly actions: readonly string[];
  readonly users: readonly KeyUser[];
  /** Grants whose grantee is nobody of those: sessions of EC2 for one instance, services, principals that are gone. */
  readonly otherGrants: readonly PolicyGrant[];
  /** How many principals were asked about. */
  readonly asked: number;
}

export async function whoCan(
  runtime: Runtime,
  question: {
    readonly key: string;
    readonly action?: string;
    readonly account: string;
    readonly region: string;
  },
): Promise<WhoCan> {
  const { account, region } = question;
  return runtime.store.read(async (tx) => {
    const key = await factsOf({ tx, ports: runtime.ports, account, region }, question.key);
    const actions = actionsAsked(key, question.action);
    const all = await everyone(tx);
    const users: KeyUser[] = [];
    for (const principal of all) {
      const rights = await rightsOf(tx, runtime, key, principal, actions);
      if (rights.length > 0) users.push({ ...nameOf(principal), rights });
    }
    const known = new Set(all.flatMap((principal) => [...granteeNames(principal)]));
    return {
      key: key.arn,
      alias: key.alias,
      actions: actions.map(({ action }) => action),
      users,
      otherGrants: key.grants.filter(({ grantee }) => !known.has(grantee)),
      asked: all.length,
    };
  });
}

function actionsAsked(key: KeyFacts, asked: string | undefined): KeyFacts['actions'] {
  if (asked === undefined) return key.actions;
  const found = key.actions.filter(({ action }) => action.toLowerCase() === asked.toLowerCase());
  if (found.length > 0) return found;
  const names = key.actions.map(({ action }) => action).join(', ');
  throw new NoAnswer(`${asked} is not among what is asked about this key: ${names}.`);
}

function nameOf(principal: PolicyPrincipal): Omit<KeyUser, 'rights'> {
  const who = principalName(principal);
  const account = 'account' in principal ? principal.account : '';
  if (principal.kind === 'role-session') return { who, account, principal: principal.roleArn };
  return { who, account, principal: 'arn' in principal ? principal.arn : who };
}

async function rightsOf(
  tx: ReadTransaction,
  { ports }: Runtime,
  key: KeyFacts,
  principal: PolicyPrincipal,
  actions: KeyFacts['actions'],
): Promise<Right[]> {
  const account = 'account' in principal ? principal.account : key.account;
  const own = await ports.policies.identityPolicies(tx, principal);
  const names = new Set(granteeNames(principal));
  const grants = key.grants.filter(({ grantee }) => names.has(grantee));
  const tags = Object.entries(own.tags).map(([name, value]) => [`aws:PrincipalTag/${name}`, value]);
  const organization = await ports.guardrails.membership(tx, account);
  const conditions: ConditionValues = {
    ...key.conditions,
    ...principalConditionKeys(principal),
    ...Object.fromEntries(tags),
    'aws:PrincipalOrgID': organization?.organizationId,
    'aws:PrincipalOrgPaths': organization && [organization.path],
    'aws:ResourceAccount': key.account,
    'aws:RequestedRegion': key.region,
    'aws:SecureTransport': true,
    'kms:CallerAccount': account,
  };
  const rights: Right[] = [];
  for (const { action, reachesAccounts } of actions) {
    if (account !== key.account && !reachesAccounts) continue;
    const check: Check<undefined> = {
      action,
      resource: key.arn,
      account: key.account,
      record: undefined,
      resourceRule: 'kms',
      resourcePolicy: key.policy,
      grants,
    };
    const inputs = await policyInputs({ tx, ports }, { principal, account }, own, check, undefined);
    for (const way of WAYS) {
      const condition = conditionLookup(() => ({
        ...conditions,
        ...wayConditions(way, key.region, action),
      }));
      const request: AccessRequest = {
        principal,
        action,
        resource: key.arn,
        resourceAccount: key.account,
        condition,
        childGrant: action === 'kms:CreateGrant' ? EC2_GRANT : undefined,
      };
      const needed = conditionsNeeded(inputs, request);
      if (needed) rights.push({ action, way, conditions: needed });
    }
  }
  return rights;
}

/** What EC2 lets the infrastructure of an instance do (aws-facts B2); its encryption context stands for any volume's. */
const EC2_GRANT: AccessRequest['childGrant'] = {
  actions: ['kms:Decrypt'],
  encryptionContextSubset: { 'aws:ebs:id': 'vol-' },
};

const WAYS: readonly Way[] = ['directly', 'through EC2'];

/** What EC2 brings when it asks for its caller (aws-facts A6, B1); its encryption context names the volume. */
function wayConditions(way: Way, region: string, action: string): ConditionValues {
  if (way === 'directly') {
    return {
      'aws:ViaAWSService': false,
      ...(action === 'kms:CreateGrant' && { 'kms:GrantIsForAWSResource': false }),
    };
  }
  return {
    'aws:ViaAWSService': true,
    'kms:ViaService': `ec2.${region}.amazonaws.com`,
    ...(action === 'kms:CreateGrant' && {
      'kms:GrantIsForAWSResource': true,
      'kms:GrantOperations': ['Decrypt'],
      'kms:GrantConstraintType': 'EncryptionContextSubset',
    }),
  };
}

/** None for what is simply allowed, undefined for what no condition would let through. */
function conditionsNeeded(inputs: PolicyInputs, request: AccessRequest): Right['conditions'] | undefined {
  if (decide(inputs, request).allowed) return [];
  const statements = explainDecision(inputs, request).policies.flatMap((policy) => policy.statements);
  for (const { effect, mismatch, conditions = [] } of statements) {
    if (effect !== 'Allow' || mismatch !== 'condition') continue;
    const failed = conditions.filter(({ holds }) => !holds);
    if (failed.some(({ actual }) => actual !== undefined)) continue;
    const wanted = new Map(failed.map(({ key, expected }) => [key.toLowerCase(), expected]));
    const condition: ConditionLookup = (name) => request.condition(name) ?? wanted.get(name)?.slice(0, 1);
    if (decide(inputs, { ...request, condition }).allowed) return failed.map(shownCondition);
  }
  return undefined;
}

const shownCondition = ({ operator, key, expected }: ConditionTrace) => ({ operator, key, expected });
