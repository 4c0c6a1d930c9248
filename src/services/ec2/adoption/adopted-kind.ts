/** A kind of thing that AWS lists: what of a description is its record. */
import type { Scope } from '../../../aws/scope.ts';
import { type Adoption, entriesOf } from '../../../invoke/imported/described.ts';
import type { ResourceRecord, ResourceRecords } from '../resource/kind.ts';
import type { Tag } from '../resource/tag.ts';
import { tagsOf } from './described-resources.ts';

export type AdoptKind = (adoption: Adoption, scope: Scope) => Promise<void>;

export const adoptedKind =
  <D extends object, R extends ResourceRecord>(
    operation: string,
    member: string,
    records: Pick<ResourceRecords<R>, 'put'>,
    recordOf: (described: D, scope: Scope, adoption: Adoption) => R | undefined,
  ): AdoptKind =>
  async (adoption, scope) => {
    for (const described of entriesOf<D>(adoption, operation, scope, member)) {
      const record = recordOf(described, scope, adoption);
      if (record) await records.put(adoption.tx, record);
    }
  };

/** What every record has. */
export const owned = (
  { account, region }: Scope,
  id: string | undefined,
  tags: readonly Partial<Tag>[] | undefined,
): ResourceRecord => ({ account, region, id: id ?? '', tags: tagsOf(tags) });
