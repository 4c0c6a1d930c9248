/** The signals that a stack waits for. Instances here run nothing, so they are sent in their stead. */
import { type Parameters, RefusedError, textsOf } from './cloudformation-client.ts';

type Called = (action: string, parameters: Parameters) => Promise<string>;

/** One more for each resource that is being made, here or in a nested stack, and for each handle. Gives those that took one. */
export async function sendSignals(call: Called, StackName: string, UniqueId: string): Promise<string[]> {
  const resources = (await call('DescribeStackResources', { StackName })).split('<member>').slice(1);
  const sent = resources.map(async (resource) => {
    const [id = ''] = textsOf(resource, 'LogicalResourceId');
    const [type] = textsOf(resource, 'ResourceType');
    const [address] = textsOf(resource, 'PhysicalResourceId');
    if (type === 'AWS::CloudFormation::Stack' && address) return sendSignals(call, address, UniqueId);
    if (type === 'AWS::CloudFormation::WaitConditionHandle') {
      const body = JSON.stringify({ Status: 'SUCCESS', UniqueId, Reason: 'try-templates', Data: '' });
      return address && (await fetch(address, { method: 'PUT', body })).ok ? [id] : [];
    }
    if (textsOf(resource, 'ResourceStatus')[0] !== 'CREATE_IN_PROGRESS') return [];
    try {
      await call('SignalResource', { StackName, LogicalResourceId: id, UniqueId, Status: 'SUCCESS' });
      return [id];
    } catch (error) {
      // It was made meanwhile.
      if (error instanceof RefusedError) return [];
      throw error;
    }
  });
  return (await Promise.all(sent)).flat();
}
