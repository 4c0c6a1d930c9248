/** EC2's resources as questions about calls that nobody makes see them: they have no policies, but tags and more. */
import { parseArn } from '../../aws/arn.ts';
import type { ResourceFactsSource } from '../../invoke/ports/resource-facts.ts';
import { ec2Arn } from './resource/arn.ts';
import { findResource, resourceTagKeys } from './resource/kind.ts';
import { TAGGABLE } from './tag/taggable.ts';

export const ec2FactsSource: ResourceFactsSource = {
  async resourceFacts(tx, scope, name) {
    const arn = parseArn(name);
    if (arn && arn.service !== 'ec2') return undefined;
    const [type, ...rest] = arn ? arn.resource.split('/') : [];
    const id = arn ? rest.join('/') : name;
    const where = { account: arn?.account || scope.account, region: arn?.region || scope.region };
    const kind = TAGGABLE.find((each) =>
      type === undefined ? id.startsWith(`${each.prefix}-`) : each.type === type,
    );
    const record = kind && (await findResource(tx, kind, where, id));
    if (!kind || !record) return undefined;
    return {
      arn: ec2Arn(record, kind.type, kind.arnName?.(record) ?? record.id),
      account: record.account,
      resourceRule: 'none',
      conditions: { 'ec2:Region': where.region, ...kind.conditions(record), ...resourceTagKeys(record.tags) },
    };
  },
};
