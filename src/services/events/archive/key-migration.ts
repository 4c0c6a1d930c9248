/**
 * Puts what an archive holds under its new key: KMS wraps each event's data key anew, and the event itself is not touched.
 * Where it may not, the archive is back under its old key with UPDATE_FAILED, and nothing of it is lost (aws-facts D6.9).
 */
import type { WorkflowContext } from '../../../invoke/context.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import type { BusPlace } from '../bus/bus.ts';
import { newDataKey, reWrapped, unlessRefused } from '../encryption/data-key.ts';
import type { Encryption } from '../encryption/encryption.ts';
import { isSealed, openEvent, sealEvent } from '../encryption/sealed-event.ts';
import { events } from '../events.ts';
import { type ArchivedEvent, archivedEvents, archives, busOfArchive } from './archive.ts';

interface Migration {
  readonly name: string;
  readonly archiveId: string;
  /** The key that it leaves; absent for AWS's own. */
  readonly before?: Encryption;
  /** The last event that is done. */
  readonly after?: { readonly timeMs: number; readonly eventId: string };
}

const BATCH = 100;

export const migrateArchiveStep = workflowRef<Migration>('events.archive.migrate');

export const migrateArchiveWorkflow = workflow(migrateArchiveStep, events, async (ctx, migration) => {
  const { name, archiveId, before, after } = migration;
  const key = [ctx.account, ctx.region, name];
  const archive = await ctx.read((tx) => tx.get(archives, key));
  if (archive?.archiveId !== archiveId) return undefined;
  const kept = await ctx.read((tx) =>
    tx.list(archivedEvents, {
      prefix: [archiveId],
      after: after && [archiveId, after.timeMs, after.eventId],
      limit: BATCH,
    }),
  );
  const bus = busOfArchive(archive);
  const moved = await unlessRefused(
    Promise.all(kept.map((each) => underKey(ctx, bus, each, archive.encryption?.keyArn))),
  );
  return async ({ tx, schedule }) => {
    const now = await tx.get(archives, key);
    if (now?.archiveId !== archiveId) return;
    const { encryption: _refused, state: _updating, ...settled } = now;
    if (!moved) {
      tx.put(archives, { ...settled, ...(before && { encryption: before }), state: 'UPDATE_FAILED' });
      return;
    }
    for (const each of moved)
      if (await tx.get(archivedEvents, archivedEvents.key(each))) tx.put(archivedEvents, each);
    const last = moved.at(-1);
    if (last && moved.length === BATCH) {
      schedule(migrateArchiveStep, { ...migration, after: { timeMs: last.timeMs, eventId: last.event.id } });
    } else tx.put(archives, { ...settled, ...(now.encryption && { encryption: now.encryption }) });
  };
});

async function underKey(
  ctx: WorkflowContext,
  bus: BusPlace,
  kept: ArchivedEvent,
  keyArn: string | undefined,
): Promise<ArchivedEvent> {
  const { event } = kept;
  // AWS wraps it under a key of its own, which is not here: it is opened.
  if (keyArn === undefined) return { ...kept, event: await openEvent(ctx, event) };
  if (isSealed(event))
    return { ...kept, event: { ...event, key: await reWrapped(ctx, bus, event.key, keyArn) } };
  const key = await newDataKey(ctx, bus, keyArn);
  try {
    return { ...kept, event: sealEvent(event, key, bus, ctx.entropy) };
  } finally {
    key.plaintext.fill(0);
  }
}
