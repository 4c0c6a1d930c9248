/**
 * The value of a property that may refer to a SecureString (`{{resolve:ssm-secure:…}}`): read when it is needed, and not
 * kept (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html).
 */
import type { Call } from '../../../invoke/context.ts';
import { dynamicReferences, withReferences } from '../template/dynamic-references.ts';
import { ResourceFailure } from './failure.ts';

export async function secureValue(call: Call, text: string): Promise<string> {
  const values: Record<string, string> = {};
  for (const reference of dynamicReferences(text)) {
    const { selected: Name, isSecure } = reference;
    if (!isSecure) continue;
    const { Parameter } = await call('ssm', 'GetParameter', { Name, WithDecryption: true });
    if (Parameter?.Type !== 'SecureString') {
      throw new ResourceFailure(`Secure ssm prefix was used for non-secure parameter: [${reference.name}]`);
    }
    values[reference.text] = Parameter.Value ?? '';
  }
  return withReferences(text, values) as string;
}
