/** What a block host and its stores say to each other. */
import type { ImageKind } from './volume/image.ts';

/** An image by its lineage and name. */
export interface ImageAddress {
  lineageId: string;
  name: string;
}

export interface ImageSummary {
  name: string;
  kind: ImageKind;
  sizeBytes: number;
  encrypted: boolean;
}

/** What has been found in a directory: no images where it was never whole, or is damaged. */
export interface OpenedLineage {
  lineageId: string;
  images: ImageSummary[];
  damage?: string;
}

/** Where an attached volume can be reached. */
export interface NbdEndpoints {
  nbdUri: string;
  /** Over TCP with TLS, if the host serves it. */
  nbdsUri?: string;
}
