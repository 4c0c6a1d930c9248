/**
 * The rule by which AWS fills an archive: it is there for everybody to see, belongs to EventBridge, and goes with the
 * archive. Here events get into archives without it.
 */
import type { Transaction } from '../../../store/store.ts';
import { type RuleRecord, rules } from '../rule/rule.ts';
import { type ArchiveRecord, archiveArn } from './archive.ts';

const MANAGER = 'prod.vhs.events.aws.internal';

const ruleName = ({ name }: ArchiveRecord) => `Events-Archive-${name}`;

const ruleKey = (archive: ArchiveRecord) => [archive.account, archive.region, archive.bus, ruleName(archive)];

export function putArchiveRule(tx: Transaction, archive: ArchiveRecord): void {
  const { account, region, bus, pattern } = archive;
  const rule: RuleRecord = {
    account,
    region,
    bus,
    name: ruleName(archive),
    // What is replayed is there already.
    pattern: JSON.stringify({ ...(pattern && JSON.parse(pattern)), 'replay-name': [{ exists: false }] }),
    state: 'ENABLED',
    managedBy: MANAGER,
    createdBy: account,
    tags: {},
    targets: [
      {
        Id: ruleName(archive),
        Arn: `arn:aws:events:${region}:::`,
        InputTransformer: {
          InputPathsMap: {},
          InputTemplate:
            `{"archive-arn": "${archiveArn(archive)}:${archive.archiveId}", "event": <aws.events.event.json>, ` +
            '"ingestion-time": <aws.events.event.ingestion-time>}',
        },
      },
    ],
    scheduleRevision: 0,
  };
  tx.put(rules, rule);
}

export const deleteArchiveRule = (tx: Transaction, archive: ArchiveRecord): void =>
  tx.delete(rules, ruleKey(archive));
