/**
 * Session policies: what narrows a session below its role or user.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { parsePolicy } from '../../../policy/parse.ts';
import type { PolicyDescriptorType } from '../../../shapes/generated/sts.ts';
import { validationError } from '../sts.ts';

export interface SessionPolicies {
  readonly policyDocuments?: readonly string[];
  readonly policyArns?: readonly string[];
}

const MAX_POLICY_ARNS = 10;
/** Of the document and the ARNs together (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
const MAX_PLAINTEXT_CHARS = 2048;

/** Reads them from a request, or throws STS's error for those that are malformed, too many or missing. */
export async function sessionPolicies(
  { tx, ports }: Pick<ResolveContext, 'tx' | 'ports'>,
  account: string,
  document: string | undefined,
  descriptors: readonly PolicyDescriptorType[] | undefined,
): Promise<SessionPolicies> {
  const policyArns = (descriptors ?? []).flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
  const plaintext = (document ?? '').length + policyArns.join('').length;
  if (plaintext > MAX_PLAINTEXT_CHARS) {
    throw validationError(
      `The plaintext of session policies has ${plaintext} characters, and exceeds the limit of ${MAX_PLAINTEXT_CHARS}.`,
    );
  }
  if (document !== undefined) {
    const parsed = parsePolicy(document, 'session');
    if (!parsed.ok) throw new AwsError(parsed.code, parsed.message);
  }
  if (policyArns.length > MAX_POLICY_ARNS) {
    throw validationError(`The number of session policy ARNs exceeds the limit of ${MAX_POLICY_ARNS}.`);
  }
  for (const arn of policyArns) {
    const owner = arn.split(':')[4];
    const [found] = await ports.policies.managedPolicies(tx, [arn]);
    if (!found || (owner !== 'aws' && owner !== account)) {
      throw new AwsError('MalformedPolicyDocument', `Policy ${arn} does not exist or is not attachable.`);
    }
  }
  return {
    ...(document !== undefined && { policyDocuments: [document] }),
    ...(policyArns.length > 0 && { policyArns }),
  };
}
