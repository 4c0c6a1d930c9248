/** What the EBS direct APIs serve. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { operations } from './operations.ts';
import { timeOutSnapshotWorkflow } from './snapshot/snapshot-timeout.ts';

const module = {
  operations,
  workflows: [timeOutSnapshotWorkflow],
} satisfies ServiceModule;

export default module;
