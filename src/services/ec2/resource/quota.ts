/**
 * AWS's default quotas, in the words in which EC2 refuses one more
 * (https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';

/** Throws once `count` are more than the most there may be. `what` is `routes`, `security groups per interface`. */
export function requireAtMost(most: number, count: number, code: string, what: string): void {
  if (count > most) throw new AwsError(code, `The maximum number of ${what} has been reached.`);
}

interface PartOfVpc {
  readonly vpcId: string;
}

/** Of each kind, of a VPC: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html */
const MAX_OF_VPC = 200;

/** Throws where a VPC has as many of these already as it may. */
export function requireRoomInVpc(
  all: readonly PartOfVpc[],
  vpc: { readonly id: string },
  code: string,
  what: string,
) {
  const inVpc = all.filter(({ vpcId }) => vpcId === vpc.id);
  requireAtMost(MAX_OF_VPC, inVpc.length + 1, code, what);
}
