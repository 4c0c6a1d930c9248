/** What deciding recorded calls reads: the account that was read, as it is kept here. */
import type { Registry } from '../../invoke/registry.ts';
import type { Reading } from '../question/reading.ts';

export interface RecordedWorld extends Reading {
  readonly registry: Registry;
}
