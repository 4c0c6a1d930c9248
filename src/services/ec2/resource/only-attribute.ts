/** The Modify…Attribute operations change one attribute at a time, and say so in the same words of whatever they change. */
import { AwsError } from '../../../aws/aws-error.ts';

/** Where an attribute is not called as the member of the request that changes it. */
const NAMES: Readonly<Record<string, string>> = {
  BlockDeviceMappings: 'blockDeviceMapping',
  Groups: 'groupSet',
};

/** The one attribute among the members that a request names. */
export function onlyAttribute<Name extends string>(named: readonly Name[]): Name {
  const [only] = named;
  if (only === undefined) throw noAttribute();
  if (named.length === 1) return only;
  throw new AwsError(
    'InvalidParameterCombination',
    `Fields for multiple attribute types specified: ${named.map(attributeName).join(', ')}`,
  );
}

export const noAttribute = () => new AwsError('InvalidParameterCombination', 'No attributes specified.');

export const attributeName = (member: string) =>
  NAMES[member] ?? member.replace(/^./, (first) => first.toLowerCase());
