/**
 * Asks for a service-linked role to be deleted. The answer is the id of a task; asking again while it runs gives the
 * same one.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServiceLinkedRole.html
 */
import { uuid } from '../../../platform/identifiers.ts';
import { noSuchEntity } from '../errors.ts';
import { iam } from '../iam.ts';
import { identityCheck } from '../identity/identity.ts';
import { roles } from '../role/role.ts';
import { deleteServiceLinkedRoleStep } from './deletion.ts';
import { deletionTasks } from './service-linked-role.ts';

const DELETION_MS = 3000;

export default iam.operation('DeleteServiceLinkedRole', {
  checks: async (context, { RoleName }) => ({
    role: await identityCheck(context, roles, RoleName, 'DeleteServiceLinkedRole'),
  }),
  async execute({ tx, account, entropy, ports, schedule }, _input, { role: { record } }) {
    if (!record.serviceLinkedTo) throw noSuchEntity(`${record.name} exists but is not a service role.`);
    const earlier = await tx.find(deletionTasks, 'role', { prefix: [account, record.id] });
    const running = earlier.find(({ status }) => status === 'IN_PROGRESS');
    if (running) return { DeletionTaskId: running.taskId };
    const taskId = `task/aws-service-role/${record.serviceLinkedTo}/${record.name}/${uuid(entropy)}`;
    tx.put(deletionTasks, { account, taskId, roleId: record.id, status: 'IN_PROGRESS' });
    const delayMs = ports.delays.scaled(DELETION_MS);
    schedule(deleteServiceLinkedRoleStep, { account, taskId }, { delayMs });
    return { DeletionTaskId: taskId };
  },
});
