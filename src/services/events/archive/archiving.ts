/** Events on their way into archives and, when their days are over or the archive is gone, out of them. */
import type { EffectContext, WorkflowContext } from '../../../invoke/context.ts';
import type { EventEnvelope } from '../../../invoke/event.ts';
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { DAY_MS } from '../../../platform/durations.ts';
import type { BusPlace } from '../bus/bus.ts';
import { newDataKey, unlessRefused } from '../encryption/data-key.ts';
import { bytesOf, type SealedEvent, sealEvent } from '../encryption/sealed-event.ts';
import { events } from '../events.ts';
import { type ArchivedEvent, type ArchiveRecord, archivedEvents, archives, keeps } from './archive.ts';

/** The event under the key of each archive that has one, by the archive's id. */
export type SealedForArchives = ReadonlyMap<string, SealedEvent>;

/** For the archives of the bus that keep the event. One whose key EventBridge may not use goes without. */
export async function sealedForArchives(
  ctx: WorkflowContext,
  bus: BusPlace,
  event: EventEnvelope,
): Promise<SealedForArchives> {
  const prefix = [bus.account, bus.region, bus.name];
  const sealed = new Map<string, SealedEvent>();
  for (const archive of await ctx.read((tx) => tx.find(archives, 'bus', { prefix }))) {
    if (!archive.encryption || !keeps(archive, event, ctx.ports.reportFault)) continue;
    const key = await unlessRefused(newDataKey(ctx, bus, archive.encryption.keyArn));
    if (!key) continue;
    sealed.set(archive.archiveId, sealEvent(event, key, bus, ctx.entropy));
    key.plaintext.fill(0);
  }
  return sealed;
}

/** Puts the event into every archive of the bus that keeps it. */
export async function archiveEvent(
  context: EffectContext,
  bus: string,
  event: EventEnvelope,
  sealed: SealedForArchives,
): Promise<void> {
  const { tx, account, region, schedule, ports } = context;
  for (const archive of await tx.find(archives, 'bus', { prefix: [account, region, bus] })) {
    if (!keeps(archive, event, ports.reportFault)) continue;
    const { archiveId, name, retentionDays } = archive;
    const kept = archive.encryption ? sealed.get(archiveId) : event;
    if (!kept) continue;
    const timeMs = Date.parse(event.time);
    tx.put(archivedEvents, { archiveId, timeMs, event: kept });
    tx.put(archives, {
      ...archive,
      eventCount: archive.eventCount + 1,
      sizeBytes: archive.sizeBytes + bytesOf(event),
    });
    const key = { name, archiveId, timeMs, eventId: event.id };
    if (retentionDays > 0) schedule(expireArchivedEventStep, key, { delayMs: retentionDays * DAY_MS });
  }
}

interface Forgetting {
  readonly name: string;
  readonly archiveId: string;
  readonly timeMs: number;
  readonly eventId: string;
}

const expireArchivedEventStep = workflowRef<Forgetting>('events.archived-event.expire');

export const expireArchivedEventWorkflow = workflow(
  expireArchivedEventStep,
  events,
  async (_ctx, { name, archiveId, timeMs, eventId }) =>
    async ({ tx, account, region }) => {
      const archive = await tx.get(archives, [account, region, name]);
      const kept = await tx.get(archivedEvents, [archiveId, timeMs, eventId]);
      // Its days may have been taken back meanwhile.
      if (archive?.archiveId !== archiveId || archive.retentionDays === 0 || !kept) return;
      tx.delete(archivedEvents, archivedEvents.key(kept));
      tx.put(archives, {
        ...archive,
        eventCount: archive.eventCount - 1,
        sizeBytes: archive.sizeBytes - bytesOf(kept.event),
      });
    },
);

const BATCH = 500;

export async function eraseArchive({ tx, schedule }: EffectContext, archiveId: string): Promise<void> {
  const kept: ArchivedEvent[] = await tx.list(archivedEvents, { prefix: [archiveId], limit: BATCH });
  for (const each of kept) tx.delete(archivedEvents, archivedEvents.key(each));
  if (kept.length === BATCH) schedule(eraseArchiveStep, { archiveId });
}

const eraseArchiveStep = workflowRef<Pick<ArchiveRecord, 'archiveId'>>('events.archive.erase');

export const eraseArchiveWorkflow = workflow(
  eraseArchiveStep,
  events,
  async (_ctx, { archiveId }) =>
    (context) =>
      eraseArchive(context, archiveId),
);
