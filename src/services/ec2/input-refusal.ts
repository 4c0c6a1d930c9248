/** What EC2 says of inputs that its shapes refuse, where it has more to say than of others. */
import { AwsError } from '../../aws/aws-error.ts';
import type { InputRefusal } from '../../shapes/validate.ts';

/** Required parameters that are missing, where it is not "The request must contain the parameter …" (aws-facts F23). */
const MISSING: Readonly<Record<string, readonly [code: string, message: string]>> = {
  Attribute: ['InvalidParameterCombination', 'No attributes specified.'],
  InstanceIds: ['InvalidParameterCombination', 'No instances specified'],
  Tags: ['InvalidParameterValue', 'You must specify one or more tags to create'],
};

/** Values of the wrong form, by their path (aws-facts F24, F62). */
const MALFORMED: Readonly<Record<string, readonly [code: string, message: string]>> = {
  InstanceFamily: [
    'InvalidInstanceFamily',
    'The instance family is not supported for this request: it has no CPU credits.',
  ],
  // AWS's sentence goes on with what a change may be, and CreateVpc has the parameter, too.
  InstanceTenancy: ['UnsupportedTenancy', 'The specified tenancy is unsupported.'],
  LaunchTemplateName: [
    'InvalidLaunchTemplateName.MalformedException',
    'A launch template name must be between 3 and 128 characters, and may contain letters, numbers, and the following ' +
      'characters: - ( ) . / _.',
  ],
};

export const inputRefused: InputRefusal = ([first]) => {
  if (first?.kind === 'missing') {
    const missing = MISSING[first.name];
    return missing && new AwsError(...missing);
  }
  const malformed = first && MALFORMED[first.path];
  return malformed && new AwsError(...malformed);
};
