/**
 * Shows an archive, and how much it holds.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeArchive.html
 */
import { events } from '../events.ts';
import { archiveEntry } from './archive.ts';
import { archiveCheck } from './archive-check.ts';

export default events.operation('DescribeArchive', {
  readOnly: true,
  async checks(context, { ArchiveName }) {
    return { archive: await archiveCheck(context, 'DescribeArchive', ArchiveName) };
  },
  execute: (_context, _input, { archive }) => archiveEntry(archive.record),
});
