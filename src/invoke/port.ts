/**
 * What the front door and the operations need from elsewhere, by name. Each port is declared where its interface is
 * (`ports/`), which adds it here; so contexts carry ports without knowing the list.
 */
import type { Sealer } from '../platform/ports.ts';

export interface Ports {
  readonly sealer: Sealer;
}
