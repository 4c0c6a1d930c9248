/**
 * The condition keys of the Modify…Attribute operations: `ec2:Attribute`, the names of what is changed, and
 * `ec2:Attribute/<name>`, each with its new value
 * (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html).
 */
import type { ConditionValues } from '../../../invoke/verdict.ts';

export function attributeConditions(changes: Readonly<Record<string, unknown>>): ConditionValues {
  const changed = Object.entries(changes).filter(([, value]) => value !== undefined);
  return {
    'ec2:Attribute': changed.map(([name]) => name),
    ...Object.fromEntries(changed.map(([name, value]) => [`ec2:Attribute/${name}`, String(value)])),
  };
}
