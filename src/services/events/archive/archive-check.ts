/** The check on an archive of the account; an unknown one is reported after authorization on its name. */
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Check, resolved } from '../../../invoke/verdict.ts';
import { accountCheck } from '../../../service-kit/account-check.ts';
import { notFound } from '../errors.ts';
import { type ArchiveRecord, archiveArn, archives } from './archive.ts';

export async function archiveCheck(
  context: ResolveContext,
  operation: string,
  name: string,
): Promise<Check<ArchiveRecord>> {
  const { tx, account, region } = context;
  const archive = await tx.get(archives, [account, region, name]);
  return resolved(
    {
      ...accountCheck(context, `events:${operation}`),
      resource: archiveArn({ account, region, name }),
    },
    archive,
    () => notFound(`Archive ${name} does not exist.`),
  );
}
