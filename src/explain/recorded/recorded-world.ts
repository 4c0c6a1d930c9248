/** What deciding recorded calls reads: the account that was read, as it is kept here. */
import type { Ports } from '../../invoke/port.ts';
import type { Registry } from '../../invoke/registry.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { ChangingWorld } from '../policy-change.ts';

export interface RecordedWorld {
  readonly tx: ReadTransaction;
  readonly ports: ChangingWorld['ports'] & Pick<Ports, 'resourceFacts' | 'vpcEndpoints'>;
  readonly registry: Registry;
}
