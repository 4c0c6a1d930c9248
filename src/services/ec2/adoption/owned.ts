/** What every record of a resource has. */
import type { Scope } from '../../../aws/scope.ts';
import type { ResourceRecord } from '../resource/kind.ts';
import type { Tag } from '../resource/tag.ts';
import { tagsOf } from './described-resources.ts';

export const owned = (
  { account, region }: Scope,
  id: string | undefined,
  tags: readonly Partial<Tag>[] | undefined,
): ResourceRecord => ({ account, region, id: id ?? '', tags: tagsOf(tags) });
