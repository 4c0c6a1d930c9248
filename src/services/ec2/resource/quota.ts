/**
 * AWS's default quotas, in the words in which EC2 refuses one more
 * (https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { listResources, type ResourceKind, type ResourceRecord } from './kind.ts';

/** Throws once `count` are more than the most there may be. `what` is `routes`, `security groups per interface`. */
export function requireAtMost(most: number, count: number, code: string, what: string): void {
  if (count > most) throw new AwsError(code, `The maximum number of ${what} has been reached.`);
}

/** What an account may have of a kind in a Region. */
export interface RegionQuota<R extends ResourceRecord> {
  readonly kind: ResourceKind<R>;
  readonly most: number;
  readonly code: string;
  /** `key pairs` */
  readonly what: string;
}

/** Throws where an account has as many as it may. */
export async function requireRoomInRegion<R extends ResourceRecord>(
  tx: ReadTransaction,
  scope: Scope,
  { kind, most, code, what }: RegionQuota<R>,
): Promise<void> {
  requireAtMost(most, (await listResources(tx, kind, scope)).length + 1, code, what);
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
