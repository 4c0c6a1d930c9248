/** How far the server's clock was moved on, kept so that it does not go back at a restart. */
import { auditLog } from '../invoke/audit/audit.ts';
import { type Store, table } from '../store/store.ts';

interface ClockOffset {
  readonly name: 'clock';
  readonly offsetMs: number;
}

const settings = table<ClockOffset>()({ name: 'control.settings', key: ({ name }) => [name] });

/**
 * By how much the clock is ahead of the machine's: what was stored, or more where calls are on record that would
 * otherwise lie in the future, since the machine's clock was set back.
 */
export async function startingClockOffset(store: Store, machineMs: number): Promise<number> {
  const stored = (await store.read((tx) => tx.get(settings, ['clock'])))?.offsetMs ?? 0;
  const [latest] = await store.read((tx) => tx.scan(auditLog, { limit: 1 }));
  return Math.max(stored, latest === undefined ? 0 : latest.atMs - machineMs);
}

export async function storeClockOffset(store: Store, offsetMs: number): Promise<void> {
  await store.transact(async (tx) => tx.put(settings, { name: 'clock', offsetMs }));
}
