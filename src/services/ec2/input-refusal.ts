/** What EC2 says of required parameters that are missing, where it is not "The request must contain the parameter …" (aws-facts F23). */
import { AwsError } from '../../aws/aws-error.ts';
import type { InputRefusal } from '../../shapes/validate.ts';

const SENTENCES: Readonly<Record<string, string>> = {
  Attribute: 'No attributes specified.',
  InstanceIds: 'No instances specified',
};

export const inputRefused: InputRefusal = (violations) => {
  const [first] = violations;
  const sentence = first?.kind === 'missing' ? SENTENCES[first.name] : undefined;
  return sentence === undefined ? undefined : new AwsError('InvalidParameterCombination', sentence);
};
