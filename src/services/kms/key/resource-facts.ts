/** A key as questions about calls that nobody makes see it. */
import { parseArn } from '../../../aws/arn.ts';
import type { ResourceFactsSource } from '../../../invoke/ports/resource-facts.ts';
import { keyFacts } from './key-facts.ts';

const KEY_NAME = /^(?:alias\/|mrk-|[0-9a-f]{8}-[0-9a-f]{4}-)/;

export const keyFactsSource: ResourceFactsSource = {
  async resourceFacts(tx, scope, name) {
    const arn = parseArn(name);
    if (arn ? arn.service !== 'kms' : !KEY_NAME.test(name)) return undefined;
    const where = arn ? { account: arn.account, region: arn.region } : scope;
    const key = await keyFacts({ tx, ...where }, name).catch(() => undefined);
    if (!key) return undefined;
    const { account, policy, grants, unknownGrants, conditions } = key;
    return {
      arn: key.arn,
      account,
      resourceRule: 'kms',
      resourcePolicy: policy,
      grants,
      unknownGrants,
      beyondResourceControl: key.manager === 'AWS',
      conditions,
    };
  },
};
