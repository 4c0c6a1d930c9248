/** How far the server's clock was moved on, kept so that it does not go back at a restart. */
import { type Store, table } from '../store/store.ts';

interface ClockOffset {
  readonly name: 'clock';
  readonly offsetMs: number;
}

const settings = table<ClockOffset>()({ name: 'control.settings', key: ({ name }) => [name] });

export async function storedClockOffset(store: Store): Promise<number> {
  return (await store.read((tx) => tx.get(settings, ['clock'])))?.offsetMs ?? 0;
}

export async function storeClockOffset(store: Store, offsetMs: number): Promise<void> {
  await store.transact(async (tx) => tx.put(settings, { name: 'clock', offsetMs }));
}
