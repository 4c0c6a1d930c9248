/** Deletes a service-linked role once no service works with it any more, or says why not. */
import { workflow } from '../../../invoke/workflow.ts';
import { workflowRef } from '../../../invoke/workflow-ref.ts';
import { iam } from '../iam.ts';
import { roleArn, roles } from '../role/role.ts';
import { deletionTasks } from './service-linked-role.ts';

export const deleteServiceLinkedRoleStep = workflowRef<{ account: string; taskId: string }>(
  'iam.service-linked-role.delete',
);

export const deleteServiceLinkedRoleWorkflow = workflow(
  deleteServiceLinkedRoleStep,
  iam,
  async (_context, { account, taskId }) =>
    async ({ tx, ports }) => {
      const task = await tx.get(deletionTasks, [account, taskId]);
      const role = task && (await tx.get(roles.table, [account, task.roleId]));
      if (!task || !role) return;
      for (const source of ports.roleUses) {
        const uses = await source.usesOfRole(tx, roleArn(role));
        if (uses.length === 0) continue;
        const { reason = `A service-linked role cannot be deleted while resources use it: ${role.name}` } =
          source;
        tx.put(deletionTasks, { ...task, status: 'FAILED', failure: { reason, uses } });
        return;
      }
      tx.delete(roles.table, [account, role.id]);
      tx.put(deletionTasks, { ...task, status: 'SUCCEEDED' });
    },
);
