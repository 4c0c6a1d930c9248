/** What a lineage holds. */
import type { ClusterMap } from './cluster-map.ts';

export type ImageKind = 'volume' | 'snapshot';

/** A volume or a snapshot: a disk image whose clusters may be shared with others of its lineage. */
export interface Image {
  readonly number: number;
  readonly name: string;
  readonly kind: ImageKind;
  sizeBytes: number;
  readonly map: ClusterMap;
}

export interface NewImage {
  name: string;
  kind: ImageKind;
  sizeBytes: number;
}

/** The files of a lineage. */
export interface LineagePaths {
  readonly extents: string;
  readonly journal: string;
}
