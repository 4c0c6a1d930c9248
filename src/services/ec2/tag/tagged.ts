/** Whose tags a call on tags is about: those of the account's own resources, and its own tags of what others share. */
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import type { Transaction } from '../../../store/store.ts';
import { findForeignTags, putForeignTags } from '../resource/foreign-tags.ts';
import { ownResourceCheck, type ResourceRecord, resourceCheck } from '../resource/kind.ts';
import type { Tag } from '../resource/tag.ts';
import { kindOfId } from './taggable.ts';

/** One that is no longer shared keeps the tags that the account has given it. */
export async function taggedCheck(
  context: ResolveContext,
  action: string,
  id: string,
  conditions: () => ConditionValues,
): Promise<Check<ResourceRecord>> {
  const kind = kindOfId(id);
  const check = await (kind.othersMayTag ? resourceCheck : ownResourceCheck)(
    context,
    kind,
    action,
    id,
    conditions,
  );
  const given = check.missing && (await findForeignTags(context.tx, context, id));
  return given ? { ...check, missing: undefined, record: { ...given, account: given.owner } } : check;
}

export async function putTags(
  tx: Transaction,
  scope: Scope,
  record: ResourceRecord,
  tags: readonly Tag[],
): Promise<void> {
  const kind = kindOfId(record.id);
  const tagged = { ...record, tags };
  if (record.account === scope.account) await kind.records.put(tx, tagged);
  else putForeignTags(tx, scope, kind.type, tagged);
}
