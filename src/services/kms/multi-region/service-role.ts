/**
 * The service-linked role as which KMS synchronizes multi-Region keys. Whoever makes the first such key makes it, with their own
 * right to do so; once it is there nobody needs that right (aws-facts A8.1, A8.3;
 * https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-auth-slr.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { CallContext } from '../../../invoke/context.ts';
import type { RoleUseSource } from '../../../invoke/ports/ports.ts';
import { ensureServiceLinkedRole } from '../../../service-kit/service-linked-role.ts';
import { keyArn, keys } from '../key/key.ts';

const SERVICE = 'mrk.kms.amazonaws.com';
const ROLE = `aws-service-role/${SERVICE}/AWSServiceRoleForKeyManagementServiceMultiRegionKeys`;

export async function ensureMultiRegionRole(ctx: CallContext): Promise<void> {
  const roleArn = `arn:aws:iam::${ctx.account}:role/${ROLE}`;
  try {
    await ensureServiceLinkedRole(ctx, { roleArn, service: SERVICE });
  } catch (error) {
    const isDenied = error instanceof AwsError && error.code === 'AccessDenied';
    throw isDenied ? error.saidAs(new AwsError('AccessDeniedException', error.message)) : error;
  }
}

export const roleUses: RoleUseSource = {
  reason: 'Account owns one or more multi-Region keys',
  async usesOfRole(tx, roleArn) {
    const account = roleArn.split(':')[4] as string;
    if (roleArn !== `arn:aws:iam::${account}:role/${ROLE}`) return [];
    const all = await tx.list(keys, { prefix: [account] });
    const using = all.filter(({ multiRegion }) => multiRegion !== undefined);
    return [...new Set(using.map(({ region }) => region))].map((region) => ({
      region,
      resources: using.filter((key) => key.region === region).map(keyArn),
    }));
  },
};
