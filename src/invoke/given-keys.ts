/**
 * Condition keys that AWS gives to requests of some actions only, or of all but some. In the others a condition on such a
 * key meets none: `StringNotEquals` on aws:ResourceAccount holds of every call of EBS's direct APIs (aws-facts G2.10).
 */
import type { VpcEndpointOrigin } from './caller.ts';
import { organizationKeys } from './organization-keys.ts';
import type { Membership } from './ports/ports.ts';
import type { ConditionValues } from './verdict.ts';

/** Of the services that are served: those to which an endpoint does not tell whose it is. Others may have the keys. */
const UNTOLD = [
  'autoscaling',
  'cloudtrail',
  'cloudwatch',
  'ec2',
  'events',
  'logs',
  'organizations',
  'ssm',
  'sts',
];

const NOT_GIVEN_TO: ReadonlyMap<string, readonly string[]> = new Map([
  ['aws:sourcevpcarn', UNTOLD],
  ['aws:vpceaccount', UNTOLD],
  ['aws:vpceorgid', UNTOLD],
  ['aws:vpceorgpaths', UNTOLD.filter((service) => service !== 'sts')],
]);

/**
 * Keys of KMS that say what stands in a request of these operations, by their documented names.
 * https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html
 */
const OF_REQUESTS_TO_KMS: readonly (readonly [operations: RegExp, keys: readonly string[]])[] = [
  [
    /^CreateGrant$/i,
    [
      ...['kms:GrantConstraintSourceArn', 'kms:GrantConstraintType', 'kms:GranteePrincipal'],
      ...['kms:GrantOperations', 'kms:RetiringPrincipal'],
    ],
  ],
  [/^(?:Create|Revoke)Grant$|^ListGrants$/i, ['kms:GrantIsForAWSResource']],
  [/^EnableKeyRotation$/i, ['kms:RotationPeriodInDays']],
  [/^GenerateDataKeyPair/i, ['kms:DataKeyPairSpec']],
  [/^GetParametersForImport$/i, ['kms:WrappingAlgorithm', 'kms:WrappingKeySpec']],
  [/^ImportKeyMaterial$/i, ['kms:ExpirationModel', 'kms:ValidTo']],
  [/^(?:Generate|Verify)Mac$/i, ['kms:MacAlgorithm']],
  [/^ReplicateKey$/i, ['kms:ReplicaRegion']],
  [/^ScheduleKeyDeletion$/i, ['kms:ScheduleKeyDeletionPendingWindowInDays']],
  [/^(?:Sign|Verify)$/i, ['kms:MessageType', 'kms:SigningAlgorithm']],
  [/^UpdatePrimaryRegion$/i, ['kms:PrimaryRegion']],
];

/** Assumed roles have none of them: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html */
const OF_TOKENS: readonly (readonly [operations: RegExp, keys: readonly string[]])[] = [
  [/^GetServiceBearerToken$/i, ['sts:AWSServiceName']],
  [/^Get(?:ServiceBearer|WebIdentity)Token$/i, ['sts:DurationSeconds']],
];

const OF_OPERATIONS: ReadonlyMap<string, typeof OF_TOKENS> = new Map([
  ['kms', OF_REQUESTS_TO_KMS],
  ['sts', OF_TOKENS],
]);

const operationsOf: ReadonlyMap<string, RegExp> = new Map(
  [...OF_REQUESTS_TO_KMS, ...OF_TOKENS].flatMap(([operations, keys]) =>
    keys.map((key) => [key.toLowerCase(), operations]),
  ),
);

/** Of a request to KMS or STS: the keys of those that it does not have, which are known to be absent. */
export function keysNotGiven(action: string): ConditionValues {
  const [service = '', operation = ''] = action.split(':');
  const others = (OF_OPERATIONS.get(service) ?? []).filter(([operations]) => !operations.test(operation));
  return Object.fromEntries(others.flatMap(([, keys]) => keys.map((key) => [key, undefined])));
}

/** What their resources are in. */
const WITHOUT_RESOURCE_KEYS =
  /^(?:ebs:.*|ec2:(?:AcceptVpc(?:EndpointConnections|PeeringConnection)|CreateVpc(?:Endpoint|PeeringConnection)))$/i;

const RESOURCE_KEY = /^aws:resource(?:account|org(?:id|paths))$/i;

/** Whether a request of the action has the key wherever there is something to say in it. */
export function isGiven(key: string, action: string): boolean {
  if (RESOURCE_KEY.test(key)) return !WITHOUT_RESOURCE_KEYS.test(action);
  const [service = '', operation = ''] = action.toLowerCase().split(':');
  if (OF_OPERATIONS.has(service) && operationsOf.get(key.toLowerCase())?.test(operation) === false)
    return false;
  const services = NOT_GIVEN_TO.get(key.toLowerCase());
  if (services === undefined) return true;
  return !services.includes(service) && !(service === 'iam' && operation === 'passrole');
}

const NO_RESOURCE: ConditionValues = {
  'aws:ResourceAccount': undefined,
  ...organizationKeys('Resource', undefined),
};

/** Of the account that a resource is in, and of where that is. */
export const resourceKeys = (
  action: string,
  account: string,
  membership: Membership | undefined,
): ConditionValues =>
  WITHOUT_RESOURCE_KEYS.test(action)
    ? NO_RESOURCE
    : { 'aws:ResourceAccount': account, ...organizationKeys('Resource', membership) };

/** Of the endpoint that a call came through, and of its owner. Keys that the action is not given are known to be absent. */
export function endpointKeys(
  action: string,
  { id, account, vpcId, sourceIp }: VpcEndpointOrigin,
  region: string,
  membership: Membership | undefined,
): ConditionValues {
  const keys: ConditionValues = {
    'aws:SourceVpce': id,
    'aws:SourceVpc': vpcId,
    'aws:SourceVpcArn': `arn:aws:ec2:${region}:${account}:vpc/${vpcId}`,
    'aws:VpcSourceIp': sourceIp,
    'aws:VpceAccount': account,
    ...organizationKeys('Vpce', membership),
  };
  const given = Object.entries(keys).map(([key, value]) => [key, isGiven(key, action) ? value : undefined]);
  return Object.fromEntries(given);
}

/** A call that came through no endpoint. */
export const NO_ENDPOINT: ConditionValues = {
  'aws:SourceVpce': undefined,
  'aws:SourceVpc': undefined,
  'aws:SourceVpcArn': undefined,
  'aws:VpcSourceIp': undefined,
  'aws:VpceAccount': undefined,
  ...organizationKeys('Vpce', undefined),
};
