/** A log group as questions about calls that nobody makes see it: its resource policies let AWS services in, and nobody else. */
import { parseArn } from '../../../aws/arn.ts';
import type { ResourceFactsSource } from '../../../invoke/ports/resource-facts.ts';
import { resourceTagConditions } from '../../../service-kit/tag-conditions.ts';
import { logGroups } from '../group/group.ts';
import { resourcePolicyOf } from './resource-policy.ts';

/** `arn:…:log-group:NAME:log-stream:…` */
const LOG_STREAM = /^log-group:(.+):log-stream:/;

export const streamFactsSource: ResourceFactsSource = {
  async resourceFacts(tx, _scope, name, _action, principal) {
    const arn = parseArn(name);
    const [, groupName] = (arn?.service === 'logs' && LOG_STREAM.exec(arn.resource)) || [];
    if (!arn || groupName === undefined || principal?.kind !== 'service') return undefined;
    const place = { account: arn.account, region: arn.region };
    const group = await tx.get(logGroups, [place.account, place.region, groupName]);
    return {
      arn: name,
      account: place.account,
      resourceRule: 'standard',
      resourcePolicy: await resourcePolicyOf({ tx, ...place }, groupName),
      conditions: resourceTagConditions(group?.tags),
    };
  },
};
