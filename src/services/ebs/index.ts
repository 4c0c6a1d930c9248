/** What the EBS direct APIs serve. */
import type { Operation } from '../../invoke/operation.ts';
import type { Workflow } from '../../invoke/workflow.ts';
import getSnapshotBlock from './block/GetSnapshotBlock.ts';
import listChangedBlocks from './block/ListChangedBlocks.ts';
import listSnapshotBlocks from './block/ListSnapshotBlocks.ts';
import putSnapshotBlock from './block/PutSnapshotBlock.ts';
import completeSnapshot from './snapshot/CompleteSnapshot.ts';
import startSnapshot from './snapshot/StartSnapshot.ts';
import { timeOutSnapshotWorkflow } from './snapshot/snapshot-timeout.ts';

export const operations: Operation[] = [
  completeSnapshot,
  getSnapshotBlock,
  listChangedBlocks,
  listSnapshotBlocks,
  putSnapshotBlock,
  startSnapshot,
];

export const workflows: Workflow[] = [timeOutSnapshotWorkflow];
