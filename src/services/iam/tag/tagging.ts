/** Tagging as it is the same for every kind of IAM resource. */
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Definition } from '../../../invoke/operation.ts';
import type { Check, ConditionValues } from '../../../invoke/verdict.ts';
import { tagKeyConditions } from '../../../service-kit/tag-conditions.ts';
import type { Tag } from '../../../shapes/generated/iam.ts';
import type { Table } from '../../../store/store.ts';
import { invalidInput } from '../errors.ts';
import type { PageRequest } from '../page.ts';
import { type KeyCase, mergeTags, requestTagKeys, type TagList, tagPage, withoutTags } from './tag.ts';

interface Tagged {
  readonly tags: TagList;
}

/** How a kind of resource is found by the name `N` that an operation's input gives, and kept. */
export interface Taggable<N, R extends Tagged> {
  readonly title: string;
  readonly table: Table<R, never>;
  readonly keyCase: KeyCase;
  check(context: ResolveContext, name: N, action: string, conditions: ConditionValues): Promise<Check<R>>;
  requireChangeable?(record: R): void;
}

type Checked<R> = { readonly resource: Check<R> };

export function tagResource<N, R extends Tagged>(
  kind: Taggable<N, R>,
): Definition<N & { Tags: Tag[] }, object, Checked<R>, undefined> {
  return {
    checks: async (context, input) => ({
      resource: await kind.check(context, input, `Tag${kind.title}`, requestTagKeys(input.Tags)),
    }),
    execute({ tx }, { Tags }, { resource: { record } }) {
      kind.requireChangeable?.(record);
      if (Tags.length === 0) throw invalidInput('The tag list cannot be empty.');
      tx.put(kind.table, { ...record, tags: mergeTags(record.tags, Tags, kind.keyCase) });
      return {};
    },
  };
}

export function untagResource<N, R extends Tagged>(
  kind: Taggable<N, R>,
): Definition<N & { TagKeys: string[] }, object, Checked<R>, undefined> {
  return {
    checks: async (context, input) => ({
      resource: await kind.check(context, input, `Untag${kind.title}`, tagKeyConditions(input.TagKeys)),
    }),
    execute({ tx, caller }, { TagKeys }, { resource: { record } }) {
      kind.requireChangeable?.(record);
      tx.put(kind.table, { ...record, tags: withoutTags(record.tags, TagKeys, kind.keyCase, caller) });
      return {};
    },
  };
}

export function listResourceTags<N, R extends Tagged>(
  kind: Taggable<N, R>,
): Definition<N & PageRequest, ReturnType<typeof tagPage>, Checked<R>, undefined> {
  return {
    readOnly: true,
    checks: async (context, input) => ({
      resource: await kind.check(context, input, `List${kind.title}Tags`, {}),
    }),
    execute: (_context, input, { resource: { record } }) => tagPage(record.tags, input),
  };
}
