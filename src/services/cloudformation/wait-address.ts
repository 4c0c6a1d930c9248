/**
 * The address of a wait condition handle: whoever has it says with a PUT that something outside the stack is done
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-waitcondition.html). AWS has such signals put
 * into S3, by a presigned address; here it is one of the server's own, and what nobody can guess in it is its signature.
 */
import type { Scope } from '../../aws/scope.ts';

export const WAIT_PATH = '/cloudformation-waitcondition/';

export const waitAddress = (
  serverUrl: string,
  { account, region }: Scope,
  stackName: string,
  logicalId: string,
  secret: string,
): string => `${serverUrl}${WAIT_PATH}${account}/${region}/${stackName}/${logicalId}/${secret}`;

/** The path of a handle's address, by which its row is found. */
export function waitPathOf({
  type,
  physicalId,
}: {
  readonly type: string;
  readonly physicalId?: string;
}): string | undefined {
  if (type !== 'AWS::CloudFormation::WaitConditionHandle' || physicalId === undefined) return undefined;
  return physicalId.slice(physicalId.indexOf(WAIT_PATH));
}
