/**
 * Signals that a resource with a CreationPolicy is ready, or has failed.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_SignalResource.html
 */
import { cloudformation, validationError } from '../cloudformation.ts';
import { withSignal } from './kept-signals.ts';
import { stackArn } from './stack.ts';
import { stackCheck } from './stack-check.ts';
import { currentRows, rowsOf, stackResources } from './stack-resource.ts';

export default cloudformation.operation('SignalResource', {
  async checks(context, { StackName: name }) {
    return { stack: await stackCheck(context, 'SignalResource', name) };
  },
  async execute({ tx }, input, { stack: { record: stack } }) {
    const { LogicalResourceId: logicalId, UniqueId: id, Status } = input;
    const row = currentRows(await rowsOf(tx, stack)).find((each) => each.logicalId === logicalId);
    if (!row?.action || row.action.verb === 'DELETE') {
      throw validationError(
        `Resource ${logicalId} is in ${row?.status ?? 'no'} state and can not be signaled (stack ${stackArn(stack)})`,
      );
    }
    const signalled = withSignal(row, { id, isSuccess: Status === 'SUCCESS' });
    if (!signalled) throw validationError(`Resource ${logicalId} has been sent too many signals`);
    tx.put(stackResources, signalled);
    return {};
  },
});
