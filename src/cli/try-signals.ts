/** The signals that a stack waits for. Instances here run nothing, so they are sent in their stead. */
import { type Parameters, RefusedError, textsOf } from './cloudformation-client.ts';

type Called = (action: string, parameters: Parameters) => Promise<string>;

/** One more for each resource that is being made, and for each handle. Gives the resources that took one. */
export async function sendSignals(call: Called, StackName: string, UniqueId: string): Promise<string[]> {
  const resources = (await call('DescribeStackResources', { StackName })).split('<member>').slice(1);
  const sent = resources.map(async (resource) => {
    const [id = ''] = textsOf(resource, 'LogicalResourceId');
    if (textsOf(resource, 'ResourceType')[0] === 'AWS::CloudFormation::WaitConditionHandle') {
      const [address] = textsOf(resource, 'PhysicalResourceId');
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
