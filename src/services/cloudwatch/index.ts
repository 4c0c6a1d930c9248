/** What of CloudWatch is served: alarms and dashboards. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { instanceActionWorkflow } from './action/instance-action-workflow.ts';
import { adoptAlarms } from './adoption/adopt-alarms.ts';
import { alarmDirectory } from './alarm/alarm-directory.ts';
import { operations } from './operations.ts';
import { endSuppressionWorkflow } from './state/suppression.ts';

const module = {
  operations,
  workflows: [instanceActionWorkflow, endSuppressionWorkflow],
  ports: { alarms: alarmDirectory },
  adopt: adoptAlarms,
} satisfies ServiceModule;

export default module;
