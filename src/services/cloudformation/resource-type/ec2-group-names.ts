/** Where ids of security groups are asked for, the name of one of the default VPC does too. */
import type { Json, JsonObject } from '../template/json.ts';
import type { ResourceContext } from './resource-type.ts';

export async function withGroupIds({ call }: ResourceContext, properties: JsonObject): Promise<JsonObject> {
  const given = properties.SecurityGroupIds as readonly Json[] | undefined;
  const names = (given ?? []).map(String).filter((name) => !name.startsWith('sg-'));
  if (names.length === 0) return properties;
  const { SecurityGroups: found = [] } = await call('ec2', 'DescribeSecurityGroups', { GroupNames: names });
  const ids = (given ?? []).map(
    (name) => found.find(({ GroupName }) => GroupName === name)?.GroupId ?? String(name),
  );
  return { ...properties, SecurityGroupIds: ids };
}
