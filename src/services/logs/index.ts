/** All of CloudWatch Logs that is served: log groups as targets of rules, and what it takes to read them. */
import type { ServiceModule } from '../../invoke/service-module.ts';
import { emptyListings } from '../../service-kit/empty-listings.ts';
import { pageOf } from '../../service-kit/page.ts';
import { adoptLogGroups } from './adoption/adopt-log-groups.ts';
import { invalidToken } from './errors.ts';
import { eraseEventsWorkflow } from './event/erasure.ts';
import { groupCheck } from './group/group-check.ts';
import { logs } from './logs.ts';
import { operations } from './operations.ts';
import { streamFactsSource } from './resource-policy/resource-facts.ts';
import { expireEventsWorkflow } from './retention/retention.ts';

export { logsPolicies } from './resource-policy/resource-policy.ts';

const module = {
  operations: [
    ...operations,
    ...emptyListings(logs, {
      // The one that lists what belongs to a group.
      check: (context, name, { logGroupName }) =>
        name === 'DescribeSubscriptionFilters' ? groupCheck(context, name, String(logGroupName)) : undefined,
      requirePage: ({ nextToken: token }) => pageOf({ token, limit: 1, invalidToken }, [], () => []),
    }),
  ],
  workflows: [eraseEventsWorkflow, expireEventsWorkflow],
  ports: { resourceFacts: [streamFactsSource] },
  adopt: adoptLogGroups,
} satisfies ServiceModule;

export default module;
