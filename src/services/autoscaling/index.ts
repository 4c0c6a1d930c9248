/** All of Auto Scaling that is served. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { adoptGroups } from './adoption/adopt-groups.ts';
import { autoscaling } from './autoscaling.ts';
import { failureSource } from './failure.ts';
import { listingCheck } from './group/listing-check.ts';
import { joinWorkflow, leaveWorkflow, standByWorkflow } from './instance/join-and-leave.ts';
import { launchWorkflow } from './instance/launch.ts';
import { noteRiskWorkflow } from './instance/risk.ts';
import { cancelSpotWorkflow, followSpotWorkflow } from './instance/spot-request.ts';
import { terminateWorkflow } from './instance/terminate.ts';
import { watchWorkflow } from './instance/watch.ts';
import { heedAlarmWorkflow } from './instance-refresh/refresh-alarms.ts';
import { expireActionWorkflow } from './lifecycle-hook/complete-action.ts';
import { operations } from './operations.ts';
import { pageOf } from './page.ts';
import { reconcileWorkflow } from './reconcile/reconcile.ts';
import { policyActions } from './scaling-policy/alarm-action.ts';
import { deleteAlarmsWorkflow } from './scaling-policy/tracking-alarms.ts';
import { runScheduledActionWorkflow } from './scheduled-action/run-scheduled-action.ts';
import { roleUses } from './service-role/service-role.ts';
import { startWorkflow, stopWorkflow } from './warm-pool/start-and-stop.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(autoscaling, {
      check: listingCheck,
      requirePage: (input) => pageOf([], () => [], input),
    }),
  ],
  workflows: [
    cancelSpotWorkflow,
    deleteAlarmsWorkflow,
    expireActionWorkflow,
    followSpotWorkflow,
    heedAlarmWorkflow,
    joinWorkflow,
    launchWorkflow,
    leaveWorkflow,
    noteRiskWorkflow,
    reconcileWorkflow,
    runScheduledActionWorkflow,
    standByWorkflow,
    startWorkflow,
    stopWorkflow,
    terminateWorkflow,
    watchWorkflow,
  ],
  ports: { roleUses: [roleUses], failures: [failureSource], alarmActions: [policyActions] },
  adopt: adoptGroups,
} satisfies ServiceModule;

export { type GroupLaunches, groupLaunches, groupsOfInstances } from './group-launches.ts';

export default module;
