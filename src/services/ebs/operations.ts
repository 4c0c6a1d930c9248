// Made by "npm run operations" of what the folders hold.
import type { Operation } from '../../invoke/operation.ts';
import GetSnapshotBlock from './block/GetSnapshotBlock.ts';
import ListChangedBlocks from './block/ListChangedBlocks.ts';
import ListSnapshotBlocks from './block/ListSnapshotBlocks.ts';
import PutSnapshotBlock from './block/PutSnapshotBlock.ts';
import CompleteSnapshot from './snapshot/CompleteSnapshot.ts';
import StartSnapshot from './snapshot/StartSnapshot.ts';

export const operations: readonly Operation[] = [
  CompleteSnapshot,
  GetSnapshotBlock,
  ListChangedBlocks,
  ListSnapshotBlocks,
  PutSnapshotBlock,
  StartSnapshot,
];
