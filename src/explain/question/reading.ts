/** What answers are functions of: the store of a running server or of an imported account, as one transaction sees it, and its ports. */
import type { Ports } from '../../invoke/port.ts';
import type { ReadTransaction } from '../../store/store.ts';

export interface Reading {
  readonly tx: ReadTransaction;
  readonly ports: Ports;
}
