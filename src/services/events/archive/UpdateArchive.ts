/**
 * Changes what an archive keeps, and for how long; what the request leaves out stays.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateArchive.html
 */
import { notServed } from '../errors.ts';
import { events } from '../events.ts';
import { requirePattern } from '../rule/pattern-conditions.ts';
import { archiveArn, archives } from './archive.ts';
import { archiveCheck } from './archive-check.ts';
import { putArchiveRule } from './archive-rule.ts';

export default events.operation('UpdateArchive', {
  async checks(context, { ArchiveName }) {
    return { archive: await archiveCheck(context, 'UpdateArchive', ArchiveName) };
  },
  preconditions(_context, { EventPattern, KmsKeyIdentifier }) {
    if (KmsKeyIdentifier) throw notServed('KmsKeyIdentifier of archives');
    if (EventPattern) requirePattern(EventPattern);
  },
  execute({ tx }, input, { archive: { record } }) {
    const archive = {
      ...record,
      description: input.Description ?? record.description,
      pattern: input.EventPattern || record.pattern,
      retentionDays: input.RetentionDays ?? record.retentionDays,
    };
    tx.put(archives, archive);
    putArchiveRule(tx, archive);
    return { ArchiveArn: archiveArn(record), State: 'ENABLED', CreationTime: record.createdAtMs };
  },
});
