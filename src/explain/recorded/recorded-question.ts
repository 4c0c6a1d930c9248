/** What a recorded use asked of the policies: the same question that the front door would put, from what CloudTrail tells. */
import { parseArn } from '../../aws/arn.ts';
import { MANY, type Use } from '../../import/cloudtrail/use.ts';
import { policyInputs } from '../../invoke/authorize.ts';
import { conditionLookup } from '../../invoke/condition-lookup.ts';
import { pathsOf } from '../../invoke/global-condition-keys.ts';
import type { IdentityPolicies } from '../../invoke/ports/ports.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type {
  AccessRequest,
  NamedPolicy,
  PolicyGrant,
  PolicyInputs,
  PolicyPrincipal,
} from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import { granteeNames } from '../../policy/principals.ts';
import { unknownPolicy } from '../../policy/unknown.ts';
import { UnknownReached } from '../../policy/unknown-reached.ts';
import { allKeyFacts, type KeyFacts } from '../../services/kms/index.ts';
import type { ChangingWorld } from '../policy-change.ts';
import { recordedConditions, recordedGrant } from './recorded-conditions.ts';

export interface RecordedQuestion {
  readonly inputs: PolicyInputs;
  readonly request: AccessRequest;
  conditions(): ConditionValues;
}

/** Why a use puts no question that can be decided here. */
export type NotAsked =
  | 'calls of other services than KMS'
  | 'calls of services for themselves'
  | "EC2's own sessions for instances"
  | 'calls from other accounts, as the key owner’s trail has them'
  | 'callers that CloudTrail does not name'
  | 'calls that name no key';

/** KMS operations about no key of their own. */
const KEYLESS: ReadonlySet<string> = new Set([
  'ListKeys',
  'ListAliases',
  'CreateKey',
  'GenerateRandom',
  'DescribeCustomKeyStores',
  'ListRetirableGrants',
]);

export class RecordedQuestions {
  readonly #from: ChangingWorld;
  readonly #keys: ReadonlyMap<string, KeyFacts>;
  readonly #identities = new Map<string, Promise<IdentityPolicies>>();
  readonly #guardrails = new Map<string, Promise<PolicyInputs>>();
  readonly #organizations = new Map<string, Promise<ConditionValues>>();

  static async open(from: ChangingWorld): Promise<RecordedQuestions> {
    const facts = await allKeyFacts(from.tx);
    return new RecordedQuestions(from, new Map(facts.map((key) => [key.arn, key])));
  }

  private constructor(from: ChangingWorld, keys: ReadonlyMap<string, KeyFacts>) {
    this.#from = from;
    this.#keys = keys;
  }

  /** One question, or two: a ReEncrypt is one of the source and one of the destination. */
  async of(use: Use): Promise<readonly RecordedQuestion[] | NotAsked> {
    if (use.source !== 'kms') return 'calls of other services than KMS';
    const principal = principalOf(use);
    if (typeof principal === 'string') return principal;
    const arns = use.resource
      .split(' ')
      .filter(Boolean)
      .map((named) => this.#arnOf(named, use));
    if (arns.length === 0) {
      if (!KEYLESS.has(use.name)) return 'calls that name no key';
      return [await this.#question(use, principal, use.name, undefined)];
    }
    if (use.name !== 'ReEncrypt') return [await this.#question(use, principal, use.name, arns[0])];
    const [source, destination = source] = arns;
    return [
      await this.#question(use, principal, 'ReEncryptFrom', source),
      await this.#question(use, principal, 'ReEncryptTo', destination),
    ];
  }

  /** Denied calls may name an alias, or a key by its id. */
  #arnOf(named: string, { account, region }: Use): string {
    if (this.#keys.has(named)) return named;
    const name = parseArn(named)?.resource ?? named;
    for (const key of this.#keys.values()) {
      const isHere = key.account === (parseArn(named)?.account ?? account) && key.region === region;
      const isNamed = name.startsWith('alias/') ? this.#aliasesOf(key).includes(name) : key.keyId === name;
      if (isHere && isNamed) return key.arn;
    }
    return named.startsWith('arn:') ? named : `arn:aws:kms:${region}:${account}:key/${named}`;
  }

  #aliasesOf({ conditions }: KeyFacts): readonly string[] {
    const aliases = conditions['kms:ResourceAliases'];
    return Array.isArray(aliases) ? aliases : [];
  }

  async #question(
    use: Use,
    principal: PolicyPrincipal,
    name: string,
    arn: string | undefined,
  ): Promise<RecordedQuestion> {
    const key = arn === undefined ? undefined : this.#keys.get(arn);
    const resourceAccount = (arn && parseArn(arn)?.account) || use.account;
    const action = `kms:${name}`;
    const own = await this.#identity(principal);
    const names = new Set(granteeNames(principal));
    const grants = key?.grants.filter(({ grantee }) => names.has(grantee));
    const ofKey = arn === undefined ? { resourceRule: 'none' as const } : keyInputs(arn, key, grants);
    const shared = await this.#shared(principal, use.account, own, resourceAccount, action);
    const inputs: PolicyInputs = { ...shared, ...ofKey };
    const organizations = {
      ...(await this.#organization(use.account, 'Principal')),
      ...(await this.#organization(resourceAccount, 'Resource')),
    };
    const conditions = (): ConditionValues => ({
      ...organizations,
      'aws:ResourceAccount': resourceAccount,
      ...key?.conditions,
      ...recordedConditions(use, principal, own.tags),
    });
    return {
      inputs,
      request: requestOf(use, { principal, action, resource: arn ?? '*', resourceAccount }, conditions),
      conditions,
    };
  }

  #identity(principal: PolicyPrincipal): Promise<IdentityPolicies> {
    const name = bearerName(principal);
    const known =
      this.#identities.get(name) ?? this.#from.ports.policies.identityPolicies(this.#from.tx, principal);
    this.#identities.set(name, known);
    return known;
  }

  /** What is the same for all keys of an account. */
  #shared(
    principal: PolicyPrincipal,
    account: string,
    own: IdentityPolicies,
    resourceAccount: string,
    action: string,
  ): Promise<PolicyInputs> {
    const name = `${bearerName(principal)} ${resourceAccount} ${action}`;
    const check = {
      action,
      resource: 'a key',
      account: resourceAccount,
      record: undefined,
      resourceRule: 'kms' as const,
    };
    const known =
      this.#guardrails.get(name) ?? policyInputs(this.#from, { principal, account }, own, check, undefined);
    this.#guardrails.set(name, known);
    return known;
  }

  #organization(account: string, whose: 'Principal' | 'Resource'): Promise<ConditionValues> {
    const name = `${whose} ${account}`;
    const known =
      this.#organizations.get(name) ??
      this.#from.ports.guardrails.membership(this.#from.tx, account).then((membership) => ({
        [`aws:${whose}OrgID`]: membership?.organizationId,
        [`aws:${whose}OrgPaths`]: pathsOf(membership),
      }));
    this.#organizations.set(name, known);
    return known;
  }
}

/** Whose policies speak for the principal: sessions of a role have those of the role. */
const bearerName = (principal: PolicyPrincipal): string =>
  principal.kind === 'role-session' ? `${principal.roleArn} ${principal.roleId}` : JSON.stringify(principal);

function keyInputs(
  arn: string,
  key: KeyFacts | undefined,
  grants: readonly PolicyGrant[] | undefined,
): Pick<PolicyInputs, 'resourceRule' | 'resourcePolicy' | 'grants' | 'unknownGrants'> {
  if (key)
    return { resourceRule: 'kms', resourcePolicy: key.policy, grants, unknownGrants: key.unknownGrants };
  const why = 'the key is not among those that were read';
  return {
    resourceRule: 'kms',
    resourcePolicy: unknownPolicy(`key policy of ${arn}`, why),
    unknownGrants: { kind: 'grants', name: `grants of ${arn}`, why },
  };
}

/** The grant that was asked for matters only to grants that lend CreateGrant; where it is not recorded it is unknown. */
function requestOf(
  use: Use,
  asked: Pick<AccessRequest, 'principal' | 'action' | 'resource' | 'resourceAccount'>,
  conditions: () => ConditionValues,
): AccessRequest {
  const condition = conditionLookup(conditions);
  if (asked.action !== 'kms:CreateGrant') return { ...asked, condition };
  const grant = recordedGrant(use);
  if (!grant || use.grant.includes(MANY)) {
    const missing: Missing = {
      kind: 'condition key',
      name: 'the grant that was asked for',
      why: 'it differs from call to call, or is not recorded',
    };
    return {
      ...asked,
      condition,
      get childGrant(): never {
        throw new UnknownReached(missing);
      },
    };
  }
  const actions = (grant.operations ?? []).map((operation) => `kms:${operation}`);
  return { ...asked, condition, childGrant: { actions, ...grant.constraints } };
}

export function principalOf(use: Use): PolicyPrincipal | NotAsked {
  const { identity, account, arn, id } = use;
  switch (identity) {
    case 'Root':
      return { kind: 'root', account, arn: `arn:aws:iam::${account}:root` };
    case 'IAMUser':
      return { kind: 'user', account, arn, id };
    case 'AssumedRole':
      return roleSession(use);
    case 'AWSService':
      return 'calls of services for themselves';
    case 'AWSAccount':
      return 'calls from other accounts, as the key owner’s trail has them';
    default:
      return 'callers that CloudTrail does not name';
  }
}

function roleSession({ account, arn, id, sessions }: Use): PolicyPrincipal | NotAsked {
  if (arn.includes('aws:ec2-infrastructure')) return "EC2's own sessions for instances";
  const roleName = arn.slice(arn.lastIndexOf('/') + 1);
  const session = sessions[0] === undefined || sessions[0] === MANY ? 'session' : sessions[0];
  return {
    kind: 'role-session',
    account,
    arn: `arn:aws:sts::${account}:assumed-role/${roleName}/${session}`,
    id: `${id}:${session}`,
    roleArn: arn,
    roleId: id,
    serviceLinked: arn.includes(':role/aws-service-role/'),
  };
}

/** The named policies in place of the ones of today, for questions about other times or other worlds. */
export const withKeyPolicy = (question: RecordedQuestion, policy: NamedPolicy): RecordedQuestion => ({
  ...question,
  inputs: { ...question.inputs, resourcePolicy: policy },
});
