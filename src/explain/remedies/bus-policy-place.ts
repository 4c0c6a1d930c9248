/** Where the policy of an event bus is kept, by which other accounts put events on it, or rules. */
import { formatArn, parseArn } from '../../aws/arn.ts';
import type { PolicyPlace } from './place.ts';
import { readBy } from './stored-document.ts';

/** `resource`: the bus, or a rule on it: `rule/NAME` on the default one, else `rule/BUS/NAME`. */
export function busPolicyPlace(resource: string): PolicyPlace | undefined {
  const { service, account = '', region = '', resource: named = '' } = parseArn(resource) ?? {};
  const [, bus, ofRule = 'default'] = /^(?:event-bus\/(.+)|rule\/(?:(.+)\/)?[^/]+)$/.exec(named) ?? ['', ''];
  if (service !== 'events' || named === '' || bus === '') return undefined;
  const Name = bus ?? ofRule;
  const at = { service, account, region };
  const arn = formatArn({ ...at, resource: `event-bus/${Name}` });
  return {
    id: arn,
    target: arn,
    title: `the policy of event bus ${Name}`,
    account,
    region,
    terraform: 'aws_cloudwatch_event_bus_policy.policy',
    read: (stage) => readBy(stage, { ...at, operation: 'DescribeEventBus', input: { Name } }, 'Policy'),
    write: (document) => ({
      ...at,
      operation: 'PutPermission',
      input: { EventBusName: Name, Policy: JSON.stringify(document) },
    }),
  };
}
