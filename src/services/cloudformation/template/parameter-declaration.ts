/**
 * A parameter as a template declares it
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html).
 */
import { asText } from '../../../aws/as-text.ts';
import { formatError, validationError } from '../cloudformation.ts';
import type { ParameterDeclaration } from './definition.ts';
import { isScalar, type JsonObject } from './json.ts';
import { MAX_VALUE_CHARS, storedValueType } from './parameters.ts';

const PARAMETER_ATTRIBUTES = [
  'Type',
  'Default',
  'Description',
  'NoEcho',
  'AllowedValues',
  'AllowedPattern',
  'MinLength',
  'MaxLength',
  'MinValue',
  'MaxValue',
  'ConstraintDescription',
];

export function readParameter(member: JsonObject, id: string): ParameterDeclaration {
  if (typeof member.Type !== 'string') {
    throw formatError('Every Parameters object must contain a Type member.');
  }
  const unknown = Object.keys(member).find((name) => !PARAMETER_ATTRIBUTES.includes(name));
  if (unknown) throw validationError(`Invalid template parameter property '${unknown}'`);
  if (!PARAMETER_TYPES.test(storedValueType(member.Type) ?? member.Type)) {
    throw formatError(`Unrecognized parameter type: ${member.Type}`);
  }
  const { AllowedValues: allowed = [], ...others } = member;
  const odd = Object.keys(others).find((name) => !isScalar(others[name]));
  if (odd) throw formatError(`Every ${odd} member must be a string.`);
  if (member.Default !== undefined && asText(member.Default).length > MAX_VALUE_CHARS) {
    throw formatError(`Parameter '${id}' default value '[****]' length is greater than ${MAX_VALUE_CHARS}.`);
  }
  if (!Array.isArray(allowed) || !allowed.every((value) => isScalar(value))) {
    throw formatError(`Every AllowedValues member must be a list. (Parameter ${id})`);
  }
  return member as unknown as ParameterDeclaration;
}

const EC2_TYPES =
  'AvailabilityZone::Name|Image::Id|Instance::Id|KeyPair::KeyName|SecurityGroup::GroupName|SecurityGroup::Id|' +
  'Subnet::Id|Volume::Id|VPC::Id';
const PARAMETER_TYPES = new RegExp(
  `^(String|Number|CommaDelimitedList|List<Number>|List<String>|AWS::SSM::Parameter::Name|AWS::EC2::(${EC2_TYPES})|List<AWS::EC2::(${EC2_TYPES})>)$`,
);
