/**
 * Takes a statement from the policy of a bus, or all of them.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RemovePermission.html
 */
import { validation } from '../errors.ts';
import { events } from '../events.ts';
import { buses } from './bus.ts';
import { permissionCheck } from './bus-check.ts';
import { withoutStatement } from './bus-policy.ts';

export default events.operation('RemovePermission', {
  async checks(context, { EventBusName }) {
    return { bus: await permissionCheck(context, 'RemovePermission', EventBusName) };
  },
  execute({ tx, nowMs }, { StatementId, RemoveAllPermissions }, { bus: { record } }) {
    if (!RemoveAllPermissions && StatementId === undefined) {
      throw validation('Parameter StatementId is required.');
    }
    const policy = RemoveAllPermissions ? undefined : withoutStatement(record, StatementId as string);
    tx.put(buses, { ...record, policy, modifiedAtMs: nowMs });
    return {};
  },
});
