/**
 * Policies of a parameter: when it is deleted, and what is told of it before (aws-facts K18).
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { DAY_MS, HOUR_MS } from '../../../platform/durations.ts';
import { isObject } from '../../../platform/is-object.ts';
import { invalid } from '../errors.ts';

type PolicyType = 'Expiration' | 'ExpirationNotification' | 'NoChangeNotification';

export interface ParameterPolicy {
  readonly type: PolicyType;
  /** Its document. */
  readonly text: string;
  /** When an expiration is due. */
  readonly atMs?: number;
  /** How long before the expiration, or after the last change, a notification is due. */
  readonly distanceMs?: number;
  /** It has done what it says. */
  readonly isFinished?: boolean;
}

const MAX_POLICIES = 10;
const UNITS: Readonly<Record<string, number>> = { Hours: HOUR_MS, Days: DAY_MS };

/** Throws AWS's error. One empty policy takes all away. */
export function readPolicies(source: string): readonly ParameterPolicy[] {
  const documents = documentsOf(source);
  if (documents.length > MAX_POLICIES) {
    throw new AwsError(
      'PoliciesLimitExceededException',
      `You specified more than the maximum number of allowed policies for the parameter. The maximum is ${MAX_POLICIES}.`,
    );
  }
  const [only] = documents;
  if (only && documents.length === 1 && Object.keys(only).length === 0) return [];
  const policies = documents.map(policyOf);
  const expirations = policies.filter(({ type }) => type === 'Expiration').length;
  if (expirations > 1) {
    throw new AwsError(
      'IncompatiblePolicyException',
      "There is a conflict in the policies specified for this parameter. You can't, for example, specify two Expiration " +
        'policies for a parameter. Review your policies, and try again.',
    );
  }
  if (expirations === 0 && policies.some(({ type }) => type === 'ExpirationNotification')) {
    throw invalidAttribute('An ExpirationNotification policy requires an Expiration policy.');
  }
  return policies;
}

/** When a policy is due, of those of a version that was put at a time. */
export function dueAtMs(
  policy: ParameterPolicy,
  { policies = [], atMs }: { readonly policies?: readonly ParameterPolicy[]; readonly atMs: number },
): number {
  const { type, distanceMs = 0 } = policy;
  if (type === 'NoChangeNotification') return atMs + distanceMs;
  const expiration = policies.find((each) => each.type === 'Expiration')!;
  return expiration.atMs! - distanceMs;
}

function documentsOf(source: string): object[] {
  const malformed = invalid('Policies must be a JSON array of parameter policies.');
  let parsed: unknown;
  try {
    parsed = JSON.parse(source);
  } catch {
    throw malformed;
  }
  if (!Array.isArray(parsed) || !parsed.every(isObject)) throw malformed;
  return parsed;
}

function policyOf(document: {
  readonly Type?: unknown;
  readonly Version?: unknown;
  readonly Attributes?: unknown;
}): ParameterPolicy {
  const { Type, Version, Attributes } = document;
  const attributes = (Attributes ?? {}) as Readonly<Record<string, unknown>>;
  const text = JSON.stringify({ Type, Version, Attributes });
  if (Type !== 'Expiration' && Type !== 'ExpirationNotification' && Type !== 'NoChangeNotification') {
    throw new AwsError(
      'InvalidPolicyTypeException',
      "The policy type isn't supported. Parameter Store supports the following policy types: Expiration, " +
        'ExpirationNotification, and NoChangeNotification.',
    );
  }
  if (Version !== '1.0') throw invalidAttribute('The version of a policy must be 1.0.');
  if (Type === 'Expiration') return { type: Type, text, atMs: timeOf(attributes.Timestamp) };
  const name = Type === 'ExpirationNotification' ? 'Before' : 'After';
  return { type: Type, text, distanceMs: distanceOf(name, attributes[name], attributes.Unit) };
}

/** ISO_INSTANT or ISO_OFFSET_DATE_TIME, whose offset may have seconds. */
function timeOf(timestamp: unknown): number {
  const form = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})(?::00)?$/;
  const [, local = '', offset = ''] = form.exec(typeof timestamp === 'string' ? timestamp : '') ?? [];
  const atMs = Date.parse(local + offset);
  if (Number.isNaN(atMs)) throw invalidAttribute('The Timestamp of an Expiration policy must be a time.');
  return atMs;
}

function distanceOf(name: string, value: unknown, unit: unknown): number {
  const unitMs = typeof unit === 'string' && Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (unitMs === undefined) throw invalidAttribute('The Unit of a policy must be Days or Hours.');
  const isScalar = typeof value === 'string' || typeof value === 'number';
  if (!isScalar || !/^[1-9]\d{0,5}$/.test(String(value)))
    throw invalidAttribute(`${name} must be a positive integer.`);
  return Number(value) * unitMs;
}

const invalidAttribute = (message: string) =>
  new AwsError('InvalidPolicyAttributeException', `A policy attribute or its value is invalid. ${message}`);
