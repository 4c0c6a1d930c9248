/**
 * Tells how the deletion of a service-linked role goes, and what hinders it.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLinkedRoleDeletionStatus.html
 */
import { invalidInput, noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { roleArn } from '../role/role.ts';
import { deletionTasks } from './service-linked-role.ts';

export default iam.operation('GetServiceLinkedRoleDeletionStatus', {
  readOnly: true,
  checks({ account }, { DeletionTaskId }) {
    const [task, kind, service, name, id, ...rest] = DeletionTaskId.split('/');
    if (task !== 'task' || kind !== 'aws-service-role' || !service || !name || !id || rest.length > 0) {
      throw invalidInput('Invalid task id');
    }
    const resource = roleArn({ account, path: `/aws-service-role/${service}/`, name });
    return {
      role: { action: 'iam:GetServiceLinkedRoleDeletionStatus', resource, account, record: undefined },
    };
  },
  async execute({ tx, account }, { DeletionTaskId }) {
    const task = await tx.get(deletionTasks, [account, DeletionTaskId]);
    if (!task) throw noSuchEntity('Cannot find deletion status for given id.');
    if (!task.failure) return { Status: task.status };
    const RoleUsageList = task.failure.uses.map(({ region, resources }) => ({
      Region: region,
      Resources: [...resources],
    }));
    return { Status: task.status, Reason: { Reason: task.failure.reason, RoleUsageList } };
  },
});
