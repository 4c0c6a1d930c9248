/**
 * Makes an archive of a bus: what arrives from then on and fits its pattern is kept.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html
 */
import { hex } from '../../../platform/identifiers.ts';
import { busOfArn } from '../bus/bus.ts';
import { busCheck } from '../bus/bus-check.ts';
import { chooseArchiveKey } from '../encryption/chosen-key.ts';
import { alreadyExists, limitExceeded, validation } from '../errors.ts';
import { events } from '../events.ts';
import { requirePattern } from '../rule/pattern-conditions.ts';
import { archiveArn, archives } from './archive.ts';
import { archiveCheck } from './archive-check.ts';
import { putArchiveRule } from './archive-rule.ts';

const MAX_ARCHIVES = 100;

export default events.operation('CreateArchive', {
  async checks(context, { ArchiveName, EventSourceArn }) {
    const bus = busOfArn(EventSourceArn);
    const isOwn = bus?.account === context.account && bus.region === context.region;
    if (!bus || !isOwn)
      throw validation('Parameter EventSourceArn is not valid. Reason: Must contain an event bus ARN.');
    return {
      archive: { ...(await archiveCheck(context, 'CreateArchive', ArchiveName)), missing: undefined },
      bus: await busCheck(context, 'CreateArchive', bus),
    };
  },
  async preconditions({ tx, account, region }, input, { archive }) {
    if (input.EventPattern) requirePattern(input.EventPattern);
    if (archive.record) throw alreadyExists(`Archive ${input.ArchiveName} already exists.`);
    const all = await tx.list(archives, { prefix: [account, region] });
    if (all.length >= MAX_ARCHIVES) throw limitExceeded();
  },
  calls: async (ctx, { KmsKeyIdentifier: key }, { bus }) =>
    key ? await chooseArchiveKey(ctx, bus.record, key) : undefined,
  execute({ tx, account, region, nowMs, entropy }, input, { bus }, encryption) {
    const archive = {
      account,
      region,
      name: input.ArchiveName,
      archiveId: hex(entropy, 16),
      bus: bus.record.name,
      description: input.Description,
      // An empty one is absent: every event is kept.
      pattern: input.EventPattern || undefined,
      retentionDays: input.RetentionDays ?? 0,
      ...(encryption && { encryption }),
      createdAtMs: nowMs,
      eventCount: 0,
      sizeBytes: 0,
    };
    tx.put(archives, archive);
    putArchiveRule(tx, archive);
    return { ArchiveArn: archiveArn(archive), State: 'ENABLED', CreationTime: nowMs };
  },
});
