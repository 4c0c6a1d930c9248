/**
 * Shows an archive, and how much it holds; without its pattern where EventBridge may not use the key that it is under.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DescribeArchive.html
 */
import { isReadable } from '../encryption/data-key.ts';
import { events } from '../events.ts';
import { archiveEntry, busOfArchive } from './archive.ts';
import { archiveCheck } from './archive-check.ts';

export default events.operation('DescribeArchive', {
  readOnly: true,
  async checks(context, { ArchiveName }) {
    return { archive: await archiveCheck(context, 'DescribeArchive', ArchiveName) };
  },
  calls: (ctx, _input, { archive: { record } }) =>
    isReadable(ctx, busOfArchive(record), record.encryption?.dataKey),
  execute: (_context, _input, { archive: { record } }, shownWhole) => {
    const { EventPattern, ...metadata } = archiveEntry(record);
    return shownWhole ? { ...metadata, EventPattern } : metadata;
  },
});
