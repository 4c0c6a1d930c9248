/** All of EventBridge that is served. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { pageOf } from '../../service-kit/page.ts';
import { adoptArchives } from './adoption/adopt-archives.ts';
import { adoptRules } from './adoption/adopt-rules.ts';
import { eraseArchiveWorkflow, expireArchivedEventWorkflow } from './archive/archiving.ts';
import { migrateArchiveWorkflow } from './archive/key-migration.ts';
import { refusedKeys } from './encryption/refused-key.ts';
import { invalidToken } from './errors.ts';
import { audience } from './event/audience.ts';
import { deliverEventWorkflow } from './event/delivery.ts';
import { routeEventWorkflow } from './event/route.ts';
import { events } from './events.ts';
import { operations } from './operations.ts';
import { advanceReplayWorkflow } from './replay/replay.ts';
import { damagedPatterns } from './rule/damaged-rule.ts';
import { refusedDeliveries } from './rule/refused-delivery.ts';
import { fireScheduleWorkflow } from './schedule/scheduled-event.ts';

export { busPolicies } from './bus/bus-policy.ts';
export { ruleArnIn } from './rule/rule.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(events, {
      requirePage: ({ NextToken: token }) => pageOf({ token, limit: 1, invalidToken }, [], () => []),
    }),
  ],
  workflows: [
    deliverEventWorkflow,
    eraseArchiveWorkflow,
    expireArchivedEventWorkflow,
    advanceReplayWorkflow,
    migrateArchiveWorkflow,
    routeEventWorkflow,
    fireScheduleWorkflow,
  ],
  ports: { audience, failures: [damagedPatterns, refusedDeliveries, refusedKeys] },
  async adopt(adoption) {
    await adoptRules(adoption);
    await adoptArchives(adoption);
  },
} satisfies ServiceModule;

export default module;
