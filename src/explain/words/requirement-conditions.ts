/** What a statement, or the constraint of a grant, asks of a request, as answers carry it. */
import type { Requirement } from '../../policy/requirement.ts';
import { type ConditionFact, conditionFact } from './condition-words.ts';

export function conditionsOf({ conditions, grant }: Requirement): ConditionFact[] {
  const equals = Object.entries(grant?.encryptionContextEquals ?? {});
  const subset = Object.entries(grant?.encryptionContextSubset ?? {});
  const pairs = [...equals, ...subset].map(([name, value]) => ({
    operator: 'StringEquals',
    key: `kms:EncryptionContext:${name}`,
    expected: [value],
  }));
  const only = equals.map(([name]) => name);
  const alone =
    only.length > 0
      ? [{ operator: 'ForAllValues:StringEquals', key: 'kms:EncryptionContextKeys', expected: only }]
      : [];
  const source =
    grant?.sourceArn === undefined
      ? []
      : [{ operator: 'StringEquals', key: 'aws:SourceArn', expected: [grant.sourceArn] }];
  return [...conditions.map(conditionFact), ...pairs, ...alone, ...source];
}
