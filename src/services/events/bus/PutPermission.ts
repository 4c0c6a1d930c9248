/**
 * Lets another account, an organization or everybody put events on a bus: by a statement, or by a whole policy.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
 */
import type { PutPermissionRequest } from '../../../shapes/generated/events.ts';
import { validation } from '../errors.ts';
import { events } from '../events.ts';
import { buses, type EventBusRecord } from './bus.ts';
import { permissionCheck } from './bus-check.ts';
import { permissionStatement, requirePolicy, withStatement } from './bus-policy.ts';

export default events.operation('PutPermission', {
  async checks(context, { EventBusName }) {
    return { bus: await permissionCheck(context, 'PutPermission', EventBusName) };
  },
  execute({ tx, nowMs }, input, { bus: { record } }) {
    const policy = requirePolicy(input.Policy ?? withPermission(record, input));
    tx.put(buses, { ...record, policy, modifiedAtMs: nowMs });
    return {};
  },
});

function withPermission(bus: EventBusRecord, input: PutPermissionRequest): string {
  const { Action, Principal, StatementId, Condition } = input;
  if (Action !== 'events:PutEvents')
    throw validation("Provided value in parameter 'action' is not supported.");
  if (!Principal || !/^(\d{12}|\*)$/.test(Principal)) {
    throw validation("Provided value in parameter 'principal' is not valid.");
  }
  if (!StatementId) throw validation('Parameter StatementId must be specified.');
  return withStatement(
    bus,
    permissionStatement(bus, { statementId: StatementId, principal: Principal, condition: Condition }),
  );
}
