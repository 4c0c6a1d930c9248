/**
 * What a request to put a parameter asks for, held against the parameter that there is. Of its data types each but `text`
 * says what values may be, and no parameter comes to or from that of images (aws-facts K16).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import { allowedPattern, PatternChecks } from '../../../service-kit/allowed-pattern.ts';
import type { PutParameterRequest } from '../../../shapes/generated/ssm.ts';
import { alreadyExists, invalid, notServed } from '../errors.ts';
import { type ParameterPolicy, readPolicies } from '../policy/parameter-policy.ts';
import type { VersionRecord } from '../version/version.ts';
import type { ParameterRecord, ParameterType, Tier } from './parameter-record.ts';

const MAX_STANDARD_LENGTH = 4096;
const MAX_ADVANCED_LENGTH = 8192;
const IMAGE = 'aws:ec2:image';
const DATA_TYPES = ['text', IMAGE];
const UNSERVED_DATA_TYPES = ['aws:ssm:integration', 'integer', 'float'];

export interface PutPlan {
  readonly type: ParameterType;
  readonly tier: Tier;
  readonly dataType: string;
  readonly policies?: readonly ParameterPolicy[];
}

/** Throws AWS's error where the request cannot be followed. */
export function planPut(
  input: PutParameterRequest,
  existing: ParameterRecord | undefined,
  latest: VersionRecord | undefined,
): PutPlan {
  if (input.Value === '') throw emptyValue();
  if (existing && !input.Overwrite) throw alreadyExists();
  if (input.Overwrite && input.Tags && input.Tags.length > 0) {
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove " +
        'overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.',
    );
  }
  const type = input.Type ?? existing?.type;
  if (!type) throw invalid('A parameter type is required when you create a parameter.');
  if (existing && type !== existing.type) {
    throw new AwsError(
      'HierarchyTypeMismatchException',
      `Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a ` +
        'parameter from a String type to a SecureString type. You must create a new, unique parameter.',
    );
  }
  if (input.KeyId !== undefined && type !== 'SecureString') {
    throw invalid('KeyId is required for SecureString type parameter only.');
  }
  const dataType = dataTypeOf(input, existing);
  requireValue(input, type, dataType);
  const policies = input.Policies === undefined ? latest?.policies : readPolicies(input.Policies);
  return { type, tier: tierOf(input, existing, policies), dataType, policies: keptPolicies(input, policies) };
}

/** What the service's model does not say, and the service does: https://github.com/ministryofjustice/modernisation-platform/pull/8116 */
const emptyValue = () =>
  invalid(
    "1 validation error detected: Value at 'value' failed to satisfy constraint: Member must have length greater than or " +
      'equal to 1',
  );

/** A change of the value has those wait anew that wait for none. */
function keptPolicies(
  { Policies: given }: PutParameterRequest,
  policies: readonly ParameterPolicy[] | undefined,
): readonly ParameterPolicy[] | undefined {
  if (given !== undefined || !policies) return policies;
  return policies.map((each) =>
    each.type === 'NoChangeNotification' ? { ...each, isFinished: undefined } : each,
  );
}

function tierOf(
  input: PutParameterRequest,
  existing: ParameterRecord | undefined,
  policies: readonly ParameterPolicy[] = [],
): Tier {
  const length = Buffer.byteLength(input.Value);
  const isLarge = length > MAX_STANDARD_LENGTH;
  const hasPolicies = policies.length > 0;
  const asked = input.Tier ?? existing?.tier ?? 'Standard';
  const isAdvanced =
    asked === 'Advanced' ||
    (asked === 'Intelligent-Tiering' && (isLarge || hasPolicies || existing?.tier === 'Advanced'));
  if (existing?.tier === 'Advanced' && !isAdvanced) {
    throw invalid(
      "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to " +
        'the standard-parameter tier. If necessary, you can delete the advanced parameter and recreate it as a standard parameter.',
    );
  }
  if (!isAdvanced && hasPolicies) {
    throw invalid('Parameter policies are available for parameters of the advanced-parameter tier only.');
  }
  if (!isAdvanced && isLarge) {
    throw invalid(
      `Standard tier parameters support a maximum parameter value of ${MAX_STANDARD_LENGTH} characters. To create a larger ` +
        'parameter value, upgrade the parameter to use the advanced-parameter tier. For more information, see ' +
        'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
    );
  }
  if (length > MAX_ADVANCED_LENGTH) {
    throw invalid(
      `Advanced tier parameters support a maximum parameter value of ${MAX_ADVANCED_LENGTH} characters.`,
    );
  }
  return isAdvanced ? 'Advanced' : 'Standard';
}

function dataTypeOf(input: PutParameterRequest, existing: ParameterRecord | undefined): string {
  const asked = input.DataType ?? existing?.dataType ?? 'text';
  if (UNSERVED_DATA_TYPES.includes(asked)) throw notServed(`parameters of the data type ${asked}`);
  if (!DATA_TYPES.includes(asked)) {
    throw invalid(`The following data type is not supported: ${asked} (Data type names are all lowercase.)`);
  }
  if (existing && asked !== existing.dataType) {
    throw invalid(
      `The data type of a parameter can't be changed to or from ${IMAGE}. You must create a new, unique parameter.`,
    );
  }
  return asked;
}

function requireValue(
  { Value, AllowedPattern }: PutParameterRequest,
  type: ParameterType,
  dataType: string,
): void {
  // https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
  const opening = Value.indexOf('{{');
  if (opening >= 0 && Value.includes('}}', opening)) {
    throw invalid(`Parameter value can't nest another parameter. Do not use "{{}}" in the value.`);
  }
  if (type === 'StringList' && Value.split(',').some((item) => item === '')) {
    throw invalid('Parameter value: a StringList must not have empty items.');
  }
  if (dataType === IMAGE && !/^ami-[0-9a-f]{8,17}$/.test(Value)) {
    throw invalid(`The parameter value, ${Value}, is not a valid Amazon Machine Image ID.`);
  }
  // Terraform sends an empty one where there is none.
  if (!AllowedPattern) return;
  const pattern = allowedPattern(AllowedPattern);
  if (pattern === 'invalid') {
    throw new AwsError(
      'InvalidAllowedPatternException',
      'The request does not meet the regular expression requirement.',
    );
  }
  if (pattern === 'only in Java') throw notServed('allowed patterns that only Java reads');
  const items = type === 'StringList' ? Value.split(',') : [Value];
  const isMatch = new PatternChecks().all(pattern, items);
  if (isMatch === undefined) throw notServed('allowed patterns that take too long to match');
  if (!isMatch) {
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${AllowedPattern}`,
    );
  }
}
