/**
 * Deletes an archive with what it holds.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DeleteArchive.html
 */
import { events } from '../events.ts';
import { archives } from './archive.ts';
import { archiveCheck } from './archive-check.ts';
import { deleteArchiveRule } from './archive-rule.ts';
import { eraseArchive } from './archiving.ts';

export default events.operation('DeleteArchive', {
  async checks(context, { ArchiveName }) {
    return { archive: await archiveCheck(context, 'DeleteArchive', ArchiveName) };
  },
  async execute(context, _input, { archive: { record } }) {
    context.tx.delete(archives, archives.key(record));
    deleteArchiveRule(context.tx, record);
    await eraseArchive(context, record.archiveId);
    return {};
  },
});
