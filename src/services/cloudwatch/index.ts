/** What of CloudWatch is served: alarms and dashboards. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { pageOf } from '../../service-kit/page.ts';
import { instanceActionWorkflow } from './action/instance-action-workflow.ts';
import { adoptAlarms } from './adoption/adopt-alarms.ts';
import { alarmDirectory } from './alarm/alarm-directory.ts';
import { cloudwatch } from './cloudwatch.ts';
import { invalidToken } from './errors.ts';
import { operations } from './operations.ts';
import { endSuppressionWorkflow } from './state/suppression.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(cloudwatch, {
      requirePage: ({ NextToken: token }) => pageOf({ token, limit: 1, invalidToken }, [], () => []),
    }),
  ],
  workflows: [instanceActionWorkflow, endSuppressionWorkflow],
  ports: { alarms: alarmDirectory },
  adopt: adoptAlarms,
} satisfies ServiceModule;

export default module;
