/** What records of resources are made of, whatever they are of. */
import type { Scope } from '../../../aws/scope.ts';
import { timeOf } from '../../../invoke/imported/described.ts';
import type { ResourceRecord } from '../resource/kind.ts';
import type { Tag } from '../resource/tag.ts';
import { tagsOf } from './described-resources.ts';

export const owned = (
  { account, region }: Scope,
  id: string | undefined,
  tags: readonly Partial<Tag>[] | undefined,
): ResourceRecord => ({ account, region, id: id ?? '', tags: tagsOf(tags) });

/** An answer of which saved outputs write the times as they like. */
export type Untimed<T, K extends keyof T> = Omit<T, K> & { readonly [Name in K]?: unknown };

export const timeIfAny = (value: unknown) => (value === undefined ? undefined : timeOf(value));
