/** A key as questions about calls that nobody makes see it. */
import { parseArn } from '../../../aws/arn.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResourceFacts, ResourceFactsSource } from '../../../invoke/ports/resource-facts.ts';
import { keyFacts } from './key-facts.ts';
import { isBeyondReach } from './reach.ts';

const KEY_NAME = /^(?:alias\/|mrk-|[0-9a-f]{8}-[0-9a-f]{4}-)/;

/** These ask about the alias as well as its key: by identity-based policies alone (aws-facts A2.6), though there be none yet. */
const OF_ALIASES = /^kms:(?:Create|Update|Delete)Alias$/;

const aliasFacts = ({ account, region }: Scope, name: string): ResourceFacts => ({
  arn: `arn:aws:kms:${region}:${account}:${name}`,
  account,
  resourceRule: 'none',
  conditions: {},
});

export const keyFactsSource: ResourceFactsSource = {
  async resourceFacts(tx, scope, name, action, principal) {
    const arn = parseArn(name);
    if (arn ? arn.service !== 'kms' : !KEY_NAME.test(name)) return undefined;
    const where = arn ? { account: arn.account, region: arn.region } : scope;
    const isAlias = OF_ALIASES.test(action) && (arn?.resource ?? name).startsWith('alias/');
    if (arn && isAlias) return aliasFacts(where, arn.resource);
    const key = await keyFacts({ tx, ...where }, name).catch(() => undefined);
    if (!key) return isAlias ? aliasFacts(where, name) : undefined;
    const { account, policy, grants, unknownGrants, conditions } = key;
    const isOffered =
      !principal || !('account' in principal) || !isBeyondReach(action, principal.account, account);
    return {
      arn: key.arn,
      account,
      resourceRule: 'kms',
      ...(isOffered && { resourcePolicy: policy, grants, unknownGrants }),
      beyondResourceControl: key.manager === 'AWS',
      conditions,
    };
  },
};
