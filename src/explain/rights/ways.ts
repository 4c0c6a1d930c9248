/**
 * The ways in which a call reaches a key: by the principal itself, or by a service that asks for it. Each way settles
 * some condition keys and leaves others to the caller and the circumstances.
 */
import { EBS_CONTEXT_KEY, ebsContext } from '../../aws/ebs-context.ts';
import { isGiven } from '../../invoke/given-keys.ts';
import type { ConditionValues } from '../../invoke/verdict.ts';
import type { GrantTerms, NamedPolicy, PolicyPrincipal } from '../../policy/decision.ts';
import { hasEncryptionContext } from '../../policy/grants.ts';
import type { Values } from '../../policy/witness-values.ts';
import type { KeyFacts } from '../../services/kms/index.ts';
import type { AskedPrincipal } from '../question/asked-principals.ts';

export interface Way {
  /** `directly`, `through EC2`, `through rds` */
  readonly name: string;
  conditions(action: string): ConditionValues;
  /** Whether the caller or the circumstances can choose the key's value of such a call; lower-case. */
  isOpen(key: string, action: string): boolean;
  /** Of an open key, all the values that it may have in what that principal asks, if they are known. */
  valuesOf(key: string, principal: PolicyPrincipal): readonly Values[] | undefined;
  /** For kms:CreateGrant: the grant that is asked for. */
  readonly childGrant: GrantTerms;
}

const DIRECTLY = 'directly';
export const THROUGH_EC2 = 'through EC2';

/** Whoever calls chooses what he gives. */
const ANY_GRANT: GrantTerms = { actions: [], isOfChoice: true };

/** Keys that say who the caller is, what the resource is, or how the call came: no caller chooses them. */
const SETTLED = [
  'aws:principal',
  'aws:userid',
  'aws:username',
  'aws:resource',
  'aws:requestedregion',
  'aws:viaawsservice',
  'aws:calledvia',
  'kms:calleraccount',
  'kms:viaservice',
  'kms:grantisforawsresource',
  'kms:keyspec',
  'kms:keyusage',
  'kms:keyorigin',
  'kms:customermasterkey',
  'kms:multiregion',
  'kms:resourcealiases',
];

/** Of a call that has no encryption context, nobody can choose what is in it. */
const isAbsent = (key: string, action: string): boolean =>
  (key.startsWith('kms:encryptioncontext') && !hasEncryptionContext(action)) || !isGiven(key, action);

const isSettled = (key: string): boolean => SETTLED.some((prefix) => key.startsWith(prefix));

const WITHOUT_MFA: readonly Values[] = [['false']];

/**
 * No service has MFA: none is in a request that it makes in its own name, and none was used for its role.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
 */
const byItself = (key: string, principal: PolicyPrincipal): readonly Values[] | undefined =>
  key === 'aws:multifactorauthpresent' && principal.kind === 'role-session' && principal.serviceLinked
    ? WITHOUT_MFA
    : undefined;

/** What a service asks for a user it asks with temporary credentials, which always say whether there was MFA (aws-facts G2.12). */
const askedForHim = (key: string, principal: PolicyPrincipal): readonly Values[] | undefined =>
  key === 'aws:multifactorauthpresent' && principal.kind === 'user'
    ? [...WITHOUT_MFA, ['true']]
    : byItself(key, principal);

export const directly: Way = {
  name: DIRECTLY,
  conditions: (action) => ({
    'aws:ViaAWSService': false,
    'aws:PrincipalIsAWSService': false,
    ...(action === 'kms:CreateGrant' && { 'kms:GrantIsForAWSResource': false }),
  }),
  isOpen: (key, action) => !isSettled(key) && !OF_SERVICES.has(key) && !isAbsent(key, action),
  valuesOf: byItself,
  childGrant: ANY_GRANT,
};

/** Keys of calls that a service makes for itself. */
const OF_SERVICES: ReadonlySet<string> = new Set([
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:sourceorgpaths',
]);

export const byService: Way = {
  name: DIRECTLY,
  conditions: (action) => ({
    'aws:ViaAWSService': false,
    'aws:PrincipalIsAWSService': true,
    ...(action === 'kms:CreateGrant' && { 'kms:GrantIsForAWSResource': true }),
  }),
  isOpen: (key, action) =>
    !isSettled(key) && !key.startsWith('aws:multifactorauth') && !isAbsent(key, action),
  valuesOf: byItself,
  childGrant: ANY_GRANT,
};

/** What a service that asks for its caller passes on of the caller's own request. */
const PASSED_ON = [
  'aws:multifactorauth',
  'aws:tokenissuetime',
  'aws:sourceidentity',
  'aws:federatedprovider',
  'aws:currenttime',
  'aws:epochtime',
];

/** What EC2 lets the infrastructure of an instance do (aws-facts B2); its encryption context stands for any volume's. */
const EC2_GRANT: GrantTerms = {
  actions: ['kms:Decrypt'],
  encryptionContextSubset: ebsContext('vol-'),
};

/** An address of the service's own, which no rule on aws:SourceIp of the caller's network meets (aws-facts A1.10). */
const SERVICE_ADDRESS = '54.239.0.1';

/** What is so of whatever a service asks for its caller. `named`: the keys that say which service it is. */
const askedByService = (action: string, named: ConditionValues = {}): ConditionValues => ({
  'aws:ViaAWSService': true,
  'aws:PrincipalIsAWSService': false,
  ...named,
  'aws:SourceIp': SERVICE_ADDRESS,
  'aws:SecureTransport': true,
  ...(action === 'kms:CreateGrant' && { 'kms:GrantIsForAWSResource': true }),
});

/** What the service chooses, of which the caller may have its part. */
const isOfService = (key: string, action: string): boolean =>
  !isAbsent(key, action) && /^kms:(?:encryptioncontext|grant(?!is))/.test(key);

const isPassedOn = (key: string): boolean => PASSED_ON.some((prefix) => key.startsWith(prefix));

export function through(service: string, region: string): Way {
  const isEc2 = service === 'ec2';
  const principal = `${service}.amazonaws.com`;
  const named: ConditionValues = {
    // EC2 does not stand there (aws-facts A1.11).
    ...(!isEc2 && {
      'aws:CalledVia': [principal],
      'aws:CalledViaFirst': principal,
      'aws:CalledViaLast': principal,
    }),
    'kms:ViaService': `${service}.${region}.amazonaws.com`,
  };
  return {
    name: isEc2 ? THROUGH_EC2 : `through ${service}`,
    conditions: (action) => ({
      ...askedByService(action, named),
      ...(isEc2 && action !== 'kms:DescribeKey' && { 'kms:EncryptionContextKeys': [EBS_CONTEXT_KEY] }),
      ...(isEc2 &&
        action === 'kms:CreateGrant' && {
          'kms:GrantOperations': ['Decrypt'],
          'kms:GrantConstraintType': 'EncryptionContextSubset',
        }),
    }),
    isOpen: (key, action) =>
      isPassedOn(key) ||
      (isEc2
        ? !isAbsent(key, action) && key === `kms:encryptioncontext:${EBS_CONTEXT_KEY}`
        : isOfService(key, action)),
    valuesOf: askedForHim,
    childGrant: isEc2 ? EC2_GRANT : ANY_GRANT,
  };
}

/** Of a call that is known to have come through a service, and not through which. */
export const ANY_SERVICE = '*';

export const throughAny: Way = {
  name: 'through a service',
  conditions: (action) => askedByService(action),
  isOpen: (key, action) =>
    isPassedOn(key) || /^(?:aws:calledvia|kms:viaservice)/.test(key) || isOfService(key, action),
  valuesOf: askedForHim,
  childGrant: ANY_GRANT,
};

/** Services that policies speak of. */
export function servicesNamed(policies: readonly NamedPolicy[]): ReadonlySet<string> {
  const named = new Set<string>();
  for (const { conditions } of policies.flatMap(({ policy }) => policy.statements)) {
    for (const { key, values } of conditions) {
      if (key.toLowerCase() !== 'kms:viaservice') continue;
      for (const value of values) {
        const service = /^([a-z0-9-]+)\./.exec(value)?.[1];
        if (service) named.add(service);
      }
    }
  }
  return named;
}

/**
 * Directly, through EC2, and through others that the key policy speaks of. Whoever compares two policies asks for the services
 * of both: what no policy speaks of may be allowed all the same.
 */
export function waysTo(
  { region }: KeyFacts,
  services: Iterable<string>,
): (asked: AskedPrincipal) => readonly Way[] {
  const named = new Set(['ec2', ...services]);
  const ways = [directly, ...[...named].map((service) => through(service, region))];
  return ({ principal }) => (principal.kind === 'service' ? [byService] : ways);
}
