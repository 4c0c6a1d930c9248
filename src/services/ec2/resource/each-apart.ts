/** Operations that take several ids and list in their reply what came of each: one that cannot be served stops none of the others. */
import type { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { type Found, optional } from '../../../invoke/verdict.ts';
import { ec2Arn } from './arn.ts';
import { isIdOf, ownResourceCheck, type ResourceKind, type ResourceRecord } from './kind.ts';

/** A check for each id, once; for one of nothing, too. What cannot be an id refuses the request, unless the reply lists it. */
export async function checksApart<R extends ResourceRecord>(
  context: ResolveContext,
  kind: ResourceKind<R>,
  action: string,
  ids: readonly string[],
  { listsMalformed = false }: { readonly listsMalformed?: boolean } = {},
): Promise<Found<R | undefined>[]> {
  const found: Found<R | undefined>[] = [];
  for (const id of new Set(ids)) {
    found.push(
      listsMalformed && !isIdOf(kind, id)
        ? nothingFound(context, kind, action)
        : optional(await ownResourceCheck(context, kind, action, id)),
    );
  }
  return found;
}

const nothingFound = (
  context: ResolveContext,
  { type }: { type: ResourceKind<never>['type'] },
  action: string,
) => ({
  action,
  resource: ec2Arn(context, type, '*'),
  account: context.account,
  record: undefined,
  conditions: () => ({ 'ec2:Region': context.region }),
});

/** The ids of `checksApart`, each with what it stands for. */
export const eachApart = <R>(
  ids: readonly string[],
  found: readonly { readonly record: R | undefined }[],
): { readonly id: string; readonly record: R | undefined }[] =>
  [...new Set(ids)].map((id, index) => ({ id, record: found[index]?.record }));

/** What is wrong with an id that stands for nothing. */
export const absence = <R extends ResourceRecord>(kind: ResourceKind<R>, id: string): AwsError =>
  isIdOf(kind, id) ? kind.notFound([id]) : kind.malformed(id);

/** An error as a reply lists it. */
export const listed = ({ code, message }: AwsError) => ({ Code: code, Message: message });

/** Removes each of the ids that stands for something; the reply lists the others. */
export async function removeApart<R extends ResourceRecord>(
  kind: ResourceKind<R>,
  ids: readonly string[],
  found: readonly { readonly record: R | undefined }[],
  remove: (record: R) => Promise<unknown>,
): Promise<{ Unsuccessful: object[] }> {
  const Unsuccessful: object[] = [];
  for (const { id, record } of eachApart(ids, found)) {
    if (record) await remove(record);
    else Unsuccessful.push({ ResourceId: id, Error: listed(absence(kind, id)) });
  }
  return { Unsuccessful };
}
