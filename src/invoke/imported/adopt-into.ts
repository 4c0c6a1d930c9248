/** Hands what AWS described of real accounts to the services. */
import { uuid } from '../../platform/identifiers.ts';
import type { Runtime } from '../runtime.ts';
import type { ServiceModule } from '../service-module.ts';
import { type Adoption, isFork } from './described.ts';

export type Adopted = Pick<Adoption, 'described' | 'material' | 'nowMs' | 'recorded'>;

export async function adoptInto(
  { store, ports, entropy, workflows }: Runtime,
  services: readonly ServiceModule[],
  adopted: Adopted,
): Promise<void> {
  // One after the other: what a transaction has written is slow to search.
  for (const service of services) {
    await store.transact(async (tx) => {
      const schedule: Adoption['schedule'] = (ref, payload, { account, region }, dueAtMs) => {
        if (!isFork(adopted) || dueAtMs <= adopted.nowMs) return;
        workflows.schedule(tx, ref, payload, { account, region, dueAtMs, requestId: uuid(entropy) });
      };
      await service.adopt?.({ ...adopted, tx, ports, entropy, schedule });
    });
  }
}
