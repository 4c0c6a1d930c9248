/**
 * Image ids that name a parameter of Parameter Store, `resolve:ssm:<name>[:<version or label>]`: the caller must be
 * allowed to read it, and it must hold the id of an image
 * (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-systems-manager-parameter-to-find-AMI.html; aws-facts F31).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Found } from '../../../invoke/verdict.ts';

const PREFIX = 'resolve:ssm:';

export interface ResolvedImageId {
  readonly id: string;
  /** Whether the caller may read the parameter; absent for an id that is written as such. */
  readonly parameter?: Found<{ readonly imageId: string }>;
}

/** The id of the image that is meant. Throws EC2's error for a parameter that stands for none. */
export async function resolveImageId(context: ResolveContext, given: string): Promise<ResolvedImageId> {
  if (!given.startsWith(PREFIX)) return { id: given };
  const unknown = () =>
    new AwsError('SsmInvalidParameter', `The following aliases are invalid: ${given.slice(PREFIX.length)}`);
  const parameter = await context.ports.imageParameters
    .imageParameterCheck(context, given.slice(PREFIX.length))
    .catch((error) => {
      throw error instanceof AwsError ? unknown() : error;
    });
  if (parameter.missing) throw unknown();
  const { record } = parameter;
  if (!record) {
    throw new AwsError(
      'SsmInvalidParameter',
      'Unsupported data type. The following parameter data types are supported: aws:ec2:image',
    );
  }
  return { id: record.imageId, parameter: { ...parameter, record } };
}

/** The checks that a launch template's image asks for, when it is written and when it is shown resolved. */
export async function imageParameterChecks(
  context: ResolveContext,
  given: readonly (string | undefined)[],
): Promise<readonly Found<{ readonly imageId: string }>[]> {
  const named = new Set(given.filter((id) => id?.startsWith(PREFIX)));
  const resolved = await Promise.all([...named].map((id) => resolveImageId(context, id as string)));
  return resolved.flatMap(({ parameter }) => parameter ?? []);
}
