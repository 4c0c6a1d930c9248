/**
 * Condition keys of a recorded call, as far as CloudTrail tells them. What it does not tell is unknown, and stays so: there is
 * no default value for a key that nobody recorded.
 */
import { isIP } from 'node:net';
import { MANY, serviceBehind, type TrailRecord, type Use } from '../../import/cloudtrail/use.ts';
import { NO_ENDPOINT } from '../../invoke/given-keys.ts';
import { principalConditionKeys, principalTagKeys } from '../../invoke/global-condition-keys.ts';
import { organizationKeys } from '../../invoke/organization-keys.ts';
import type { IdentityPolicies } from '../../invoke/ports/ports.ts';
import type { Registry } from '../../invoke/registry.ts';
import type { ConditionValue, ConditionValues } from '../../invoke/verdict.ts';
import type { PolicyPrincipal } from '../../policy/decision.ts';
import type { Missing } from '../../policy/policy.ts';
import { constraintConditions, type GrantConstraints } from '../../services/kms/index.ts';
import { isLentRole, tokenClaims } from './recorded-principal.ts';
import type { SessionStart } from './session-starts.ts';
import { throughServices } from './through-services.ts';

const unknown = (name: string, why: string): Missing => ({ kind: 'condition key', name, why });
const NOT_RECORDED = 'CloudTrail does not record it';
const VARIES = 'it differs from call to call';

/** A service's calls come from addresses of its own, which no condition on the caller's network meets (aws-facts A1.10). */
const SERVICE_ADDRESS = '54.239.0.1';

/** What is recorded beside a single call: how its session began, and what else its request led to. */
export interface Beside {
  readonly start?: SessionStart | undefined;
  /** The call on a service of this host name, in the same request. */
  readonly callOn?: (eventSource: string) => TrailRecord | undefined;
  readonly userAgent?: string | undefined;
  /** Whether its record has the version of TLS; others do not say how the call came. */
  readonly isOverTls?: boolean;
}

/** The name that a program gave. Of the console, and of services, CloudTrail has another name than the request has. */
export const programOf = ({ userAgent = '', userIdentity }: TrailRecord): string | undefined =>
  /^[\w.-]+\//.test(userAgent) && userIdentity?.invokedBy === undefined ? userAgent : undefined;

export const isOverTls = ({ tlsDetails }: TrailRecord): boolean => typeof tlsDetails?.tlsVersion === 'string';

export function recordedConditions(
  use: Use,
  principal: PolicyPrincipal,
  own: Pick<IdentityPolicies, 'tags' | 'unknownTags'>,
  {
    start,
    callOn = () => undefined,
    userAgent,
    registry,
    isOverTls,
  }: Beside & { readonly registry: Registry },
): ConditionValues {
  const isSession = use.identity === 'AssumedRole';
  const last = Date.parse(use.last);
  const service = principal.kind === 'service' ? principal.service : undefined;
  return {
    ...principalConditionKeys(principal),
    ...tags(own, isSession, start),
    ...(start && { 'aws:SourceIdentity': start.sourceIdentity }),
    ...(use.sessions.length > 1 || use.sessions[0] === '*'
      ? { 'aws:userid': unknown('aws:userid', 'calls of several sessions are counted together') }
      : {}),
    ...(use.identity === 'AWSAccount' && unnamed(use, principal)),
    ...(service === undefined ? origin(use, { principal, registry, callOn }) : ofService(service)),
    ...sessionFacts(use, isSession),
    ...encryptionContext(use.context),
    ...grantConditions(use),
    ...claims(use),
    ...passedTo(use),
    ...(userAgent !== undefined && { 'aws:UserAgent': userAgent }),
    'kms:CallerAccount': use.account || undefined,
    'aws:RequestedRegion': use.region,
    'aws:CurrentTime': Number.isNaN(last) ? undefined : new Date(last).toISOString(),
    'aws:EpochTime': Number.isNaN(last) ? undefined : String(Math.floor(last / 1000)),
    'aws:SecureTransport': isOverTls || transportOf(use),
    'aws:PrincipalIsAWSService': service !== undefined,
    'aws:PrincipalServiceName': service,
    ...(service === undefined && OF_NO_SERVICE),
    // Whatever is not named above.
    '*': unknown('a key of the request', NOT_RECORDED),
  };
}

function tags(
  own: Pick<IdentityPolicies, 'tags' | 'unknownTags'>,
  isSession: boolean,
  start: SessionStart | undefined,
): ConditionValues {
  const unknownTags =
    isSession && !start
      ? unknown('aws:PrincipalTag', 'tags of the session are not recorded with the call')
      : own.unknownTags;
  const known = { ...own.tags, ...start?.tags };
  return { 'aws:PrincipalTag/*': undefined, ...principalTagKeys({ tags: known, unknownTags }) };
}

/** Keys of calls that a service makes for itself. */
const OF_NO_SERVICE: ConditionValues = {
  'aws:SourceArn': undefined,
  'aws:SourceAccount': undefined,
  ...organizationKeys('Source', undefined),
  'aws:PrincipalServiceNamesList': undefined,
};

const THROUGH_NONE: ConditionValues = {
  'aws:CalledVia': undefined,
  'aws:CalledViaFirst': undefined,
  'aws:CalledViaLast': undefined,
  'kms:ViaService': undefined,
};

function origin(use: Use, came: Parameters<typeof throughServices>[1]): ConditionValues {
  const service = serviceBehind(use);
  const isService = use.invokedBy !== '';
  // Through whom the key of a launch is asked for, the launch tells, and not whose role it is made as.
  const isLent =
    isLentRole(came.principal, service) && (service === 'cloudformation' || use.source !== 'kms');
  const isVia = isService && !isLent;
  return {
    'aws:ViaAWSService': isVia,
    ...(isVia ? throughServices(use, came) : THROUGH_NONE),
    'aws:SourceIp': isService ? SERVICE_ADDRESS : addressOf(use),
    ...(use.vpcEndpoints.length === 0
      ? NO_ENDPOINT
      : { 'aws:SourceVpce': oneOf(use.vpcEndpoints, 'aws:SourceVpce', 'VPC endpoints') }),
  };
}

/** Of calls that AWS's consoles and services pass on, the record has `AWS Internal` or a name for an address. */
function addressOf({ addresses }: Use): ConditionValue {
  const hidden = addresses.find((address) => address !== MANY && isIP(address) === 0);
  if (hidden === undefined) return oneOf(addresses, 'aws:SourceIp', 'addresses');
  return unknown('aws:SourceIp', `the record has "${hidden}" for it`);
}

/** Whose endpoints take HTTP, too: https://docs.aws.amazon.com/general/latest/gr/ec2-service.html and as.html; those of the others do not. */
const TAKES_HTTP: ReadonlySet<string> = new Set(['ec2', 'autoscaling']);

/** Of what services call for somebody no record has it (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html). */
const transportOf = ({ source, invokedBy, identity }: Use): ConditionValue =>
  invokedBy === '' && identity !== 'AWSService' && TAKES_HTTP.has(source)
    ? unknown('aws:SecureTransport', `${source} takes HTTP, too, and tlsDetails do not stand in the record`)
    : true;

/** A caller of another account who is taken for nobody that is named has a name all the same. */
function unnamed({ id }: Use, principal: PolicyPrincipal): ConditionValues {
  if ('arn' in principal && !principal.arn.includes(`/${id.split(':', 1)[0]}`)) return {};
  const why = 'the owner of the key is told only the unique id of the caller';
  return {
    'aws:PrincipalArn': unknown('aws:PrincipalArn', why),
    'aws:username': unknown('aws:username', why),
  };
}

/** To which service a role was to be passed, by the calls that pass one to a single service. */
const PASSES: readonly (readonly [call: RegExp, service: string])[] = [
  [/^cloudformation:/, 'cloudformation.amazonaws.com'],
  [/^events:/, 'events.amazonaws.com'],
  [
    /^(?:ec2:(?:RunInstances|RequestSpotInstances|CreateFleet|(?:Associate|Replace)IamInstanceProfile\w*)|autoscaling:CreateLaunchConfiguration)$/,
    'ec2.amazonaws.com',
  ],
];

function passedTo({ denied, source, name }: Use): ConditionValues {
  if (denied !== 'iam:PassRole') return {};
  const [, service] = PASSES.find(([call]) => call.test(`${source}:${name}`)) ?? [];
  return service ? { 'iam:PassedToService': service } : {};
}

/** What a token says of its bearer: of all claims, those by which CloudTrail names him. */
function claims(use: Use): ConditionValues {
  const claimed = use.identity === 'WebIdentityUser' ? tokenClaims(use) : undefined;
  if (!claimed) return {};
  const { provider, audience, subject } = claimed;
  const url = provider.replace(/^arn:[^/]*:oidc-provider\//, '');
  return { [`${url}:aud`]: audience, [`${url}:sub`]: subject, 'aws:FederatedProvider': provider };
}

/** A service that calls for itself, though for some resource: which, its calls do not tell. */
function ofService(service: string): ConditionValues {
  const forWhat = (name: string) => unknown(name, `for which resource ${service} calls is not recorded`);
  return {
    'aws:ViaAWSService': false,
    ...THROUGH_NONE,
    'aws:SourceIp': SERVICE_ADDRESS,
    'aws:SourceArn': forWhat('aws:SourceArn'),
    'aws:SourceAccount': forWhat('aws:SourceAccount'),
    'aws:SourceOrgID': forWhat('aws:SourceOrgID'),
    'aws:SourceOrgPaths': forWhat('aws:SourceOrgPaths'),
    ...NO_ENDPOINT,
  };
}

function oneOf(values: readonly string[], name: string, what: string): ConditionValue {
  const [only] = values;
  if (values.length === 1 && only !== '*') return only;
  return unknown(name, values.length === 0 ? NOT_RECORDED : `the calls came from several ${what}`);
}

function sessionFacts({ mfa, identity, invokedBy }: Use, isSession: boolean): ConditionValues {
  if (!isSession && mfa.length === 0) {
    // A service calls with temporary credentials in place of a user's long-term keys (aws-facts G2.12).
    const isPassedOn = identity === 'IAMUser' && invokedBy !== '';
    return {
      'aws:MultiFactorAuthPresent': isPassedOn ? 'false' : undefined,
      'aws:MultiFactorAuthAge': undefined,
      'aws:TokenIssueTime': undefined,
    };
  }
  const present = oneOf(mfa, 'aws:MultiFactorAuthPresent', 'sessions, with and without MFA');
  return {
    'aws:MultiFactorAuthPresent': present,
    ...(present === 'false' && { 'aws:MultiFactorAuthAge': undefined }),
  };
}

/** Of a ReEncrypt, as if each of the two calls that it stands for was recorded by itself. */
export function sideOf(use: Use, side: 'source' | 'destination'): Use {
  const contexts = parsedPairs(use.context) as Readonly<Record<string, object>> | undefined;
  if (!contexts) return use;
  const context = JSON.stringify(contexts[`${side}EncryptionContext`] ?? {});
  return { ...use, context: context === '{}' ? '' : context };
}

const CONTEXT = 'kms:EncryptionContext';

function encryptionContext(context: string): ConditionValues {
  if (context === '') return { [`${CONTEXT}Keys`]: undefined, [`${CONTEXT}:*`]: undefined };
  const pairs = context === '?' ? undefined : parsedPairs(context);
  if (!pairs) {
    const missing = unknown('the encryption context', 'CloudTrail records no parameters of a denied call');
    return { [`${CONTEXT}Keys`]: missing, [`${CONTEXT}:*`]: missing };
  }
  const values = Object.entries(pairs).map(([name, value]) => [
    `${CONTEXT}:${name}`,
    value === MANY ? unknown(`${CONTEXT}:${name}`, VARIES) : value,
  ]);
  return {
    ...Object.fromEntries(values),
    [`${CONTEXT}Keys`]: Object.keys(pairs),
    [`${CONTEXT}:*`]: undefined,
  };
}

function parsedPairs(text: string): Record<string, string> | undefined {
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return undefined;
  }
}

export interface RecordedGrant {
  readonly operations?: readonly string[];
  readonly constraints?: GrantConstraints;
}

export const recordedGrant = ({ grant }: Pick<Use, 'grant'>): RecordedGrant | undefined =>
  grant === '' ? undefined : (parsedPairs(grant) as RecordedGrant | undefined);

function grantConditions(use: Use): ConditionValues {
  if (use.name !== 'CreateGrant') return {};
  const grant = recordedGrant(use);
  const isForAws = use.invokedBy !== '';
  if (!grant) return { 'kms:GrantIsForAWSResource': isForAws };
  const { constraints = {} } = grant;
  const { encryptionContextEquals, encryptionContextSubset, sourceArn } = constraints;
  const context = encryptionContextEquals ?? encryptionContextSubset;
  return {
    'kms:GrantIsForAWSResource': isForAws,
    'kms:GrantOperations': grant.operations,
    ...constraintConditions(constraints),
    ...(sourceArn === MANY && {
      'kms:GrantConstraintSourceArn': unknown('kms:GrantConstraintSourceArn', VARIES),
    }),
    ...(context && encryptionContext(JSON.stringify(context))),
  };
}
