/**
 * Makes an event bus for events of one's own.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
 */
import { requestTagConditions } from '../../../service-kit/tag-conditions.ts';
import { tagRecord } from '../../../service-kit/tag-rules.ts';
import { chooseBusKey } from '../encryption/chosen-key.ts';
import { alreadyExists, limitExceeded, notServed, validation } from '../errors.ts';
import { events } from '../events.ts';
import { withTags } from '../tag/tag.ts';
import { busArn, buses, findBus } from './bus.ts';
import { busCheck } from './bus-check.ts';
import { requireServed } from './bus-settings.ts';

const MAX_BUSES = 100;

export default events.operation('CreateEventBus', {
  async checks(context, { Name: name, Tags = [] }) {
    const { account, region } = context;
    const tagged = () => requestTagConditions(tagRecord(Tags));
    const check = async (operation: string) => ({
      ...(await busCheck(context, operation, { account, region, name }, tagged)),
      missing: undefined,
    });
    return {
      bus: await check('CreateEventBus'),
      tagging: Tags.length > 0 ? await check('TagResource') : undefined,
    };
  },
  async preconditions({ tx, account, region }, input) {
    const { Name: name } = input;
    if (input.EventSourceName !== undefined) throw notServed('partner event buses');
    requireServed(input);
    if (name.includes('/')) {
      throw validation(
        'Event bus name starting with aws. or containing / is not valid for custom event buses.',
      );
    }
    if (await findBus(tx, { account, region, name }))
      throw alreadyExists(`Event bus ${name} already exists.`);
    if ((await tx.list(buses, { prefix: [account, region] })).length >= MAX_BUSES) throw limitExceeded();
  },
  async calls(ctx, { Name: name, KmsKeyIdentifier: key }) {
    const { account, region } = ctx;
    return key ? await chooseBusKey(ctx, { account, region, name }, key) : undefined;
  },
  execute({ tx, account, region, nowMs, caller }, { Name: name, Description, Tags = [] }, _bus, encryption) {
    const bus = {
      account,
      region,
      name,
      description: Description,
      ...(encryption && { encryption }),
      tags: withTags({}, Tags, caller),
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
    };
    tx.put(buses, bus);
    return { EventBusArn: busArn(bus), Description, KmsKeyIdentifier: encryption?.identifier };
  },
});
