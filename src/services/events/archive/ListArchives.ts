/**
 * Lists the archives of the account in the Region.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_ListArchives.html
 */
import { accountCheck } from '../../../service-kit/account-check.ts';
import { pageOf } from '../../../service-kit/page.ts';
import type { Archive, DescribeArchiveResponse } from '../../../shapes/generated/events.ts';
import { invalidToken, requireOneFilter } from '../errors.ts';
import { events } from '../events.ts';
import { archiveEntry, archives } from './archive.ts';

const DEFAULT_LIMIT = 100;

export default events.operation('ListArchives', {
  readOnly: true,
  checks: (context) => ({ archives: accountCheck(context, 'events:ListArchives') }),
  preconditions: (_context, input) => requireOneFilter('ListArchives', input),
  async execute({ tx, account, region }, input) {
    const { NamePrefix = '', EventSourceArn, State = 'ENABLED', Limit = DEFAULT_LIMIT, NextToken } = input;
    const all = (await tx.list(archives, { prefix: [account, region] })).map(archiveEntry);
    const found = all.filter(
      (archive) =>
        archive.ArchiveName?.startsWith(NamePrefix) &&
        (EventSourceArn === undefined || archive.EventSourceArn === EventSourceArn) &&
        archive.State === State,
    );
    const { items, token } = pageOf(
      { token: NextToken, limit: Limit, invalidToken },
      found,
      ({ ArchiveName = '' }) => [ArchiveName],
    );
    return { Archives: items.map(listed), NextToken: token };
  },
});

/** What DescribeArchive alone tells. */
const listed = ({
  ArchiveArn: _arn,
  Description: _description,
  EventPattern: _pattern,
  KmsKeyIdentifier: _key,
  ...entry
}: DescribeArchiveResponse): Archive => entry;
