/**
 * Changes what an archive keeps, for how long, and under which key; what the request leaves out stays, and an empty key
 * stands for AWS's own. What is archived is put under the other key afterwards.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateArchive.html
 */
import { updatedDescription } from '../description.ts';
import { chooseArchiveKey, refused } from '../encryption/chosen-key.ts';
import { requireReadable } from '../encryption/data-key.ts';
import { events } from '../events.ts';
import { requirePattern } from '../rule/pattern-conditions.ts';
import { archiveArn, archives, busOfArchive } from './archive.ts';
import { archiveCheck } from './archive-check.ts';
import { putArchiveRule } from './archive-rule.ts';
import { migrateArchiveStep } from './key-migration.ts';

export default events.operation('UpdateArchive', {
  async checks(context, { ArchiveName }) {
    return { archive: await archiveCheck(context, 'UpdateArchive', ArchiveName) };
  },
  preconditions(_context, { EventPattern }) {
    if (EventPattern) requirePattern(EventPattern);
  },
  async calls(ctx, { KmsKeyIdentifier: key, EventPattern }, { archive: { record } }) {
    if (key === undefined) return record.encryption;
    const bus = busOfArchive(record);
    // The pattern is under the key that the archive leaves.
    if (!EventPattern) {
      await requireReadable(ctx, bus, record.encryption?.dataKey).catch(refused('KmsKeyIdentifier'));
    }
    return key === '' ? undefined : chooseArchiveKey(ctx, bus, key);
  },
  execute({ tx, schedule }, input, { archive: { record } }, encryption) {
    const { encryption: before, state: _ended, ...kept } = record;
    const isMoved = before?.keyArn !== encryption?.keyArn;
    const archive = {
      ...kept,
      description: updatedDescription(input.Description, record.description),
      pattern: input.EventPattern || record.pattern,
      retentionDays: input.RetentionDays ?? record.retentionDays,
      ...(encryption && { encryption }),
      ...(isMoved && { state: 'UPDATING' as const }),
    };
    tx.put(archives, archive);
    putArchiveRule(tx, archive);
    if (isMoved) schedule(migrateArchiveStep, { name: record.name, archiveId: record.archiveId, before });
    return {
      ArchiveArn: archiveArn(record),
      State: archive.state ?? 'ENABLED',
      CreationTime: record.createdAtMs,
    };
  },
});
