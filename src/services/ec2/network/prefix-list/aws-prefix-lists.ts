/**
 * The prefix lists that AWS keeps of its services' addresses
 * (https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html). Ids are AWS's own where
 * they are known, and made of the name elsewhere.
 */
import { createHash } from 'node:crypto';

export interface AwsPrefixList {
  readonly id: string;
  /** `com.amazonaws.us-east-1.s3` */
  readonly name: string;
  readonly cidrs: readonly string[];
  /** How many entries it counts for. */
  readonly weight: number;
}

const KNOWN_IDS: Readonly<Record<string, string>> = {
  'com.amazonaws.us-east-1.s3': 'pl-63a5400a',
  'com.amazonaws.us-east-1.dynamodb': 'pl-02cd2c6b',
  'com.amazonaws.global.cloudfront.origin-facing': 'pl-3b927c52',
};

const LISTS: Readonly<Record<string, Pick<AwsPrefixList, 'cidrs' | 'weight'>>> = {
  s3: { weight: 1, cidrs: ['3.5.0.0/19', '52.216.0.0/15', '54.231.0.0/16'] },
  dynamodb: { weight: 1, cidrs: ['3.218.182.0/24', '52.94.0.0/22', '52.119.224.0/20'] },
  'cloudfront.origin-facing': { weight: 55, cidrs: ['13.124.199.0/24', '130.176.0.0/18', '15.158.0.0/16'] },
};

export const awsPrefixLists = (region: string): AwsPrefixList[] =>
  Object.entries(LISTS).map(([service, list]) => {
    const name = `com.amazonaws.${service.startsWith('cloudfront') ? 'global' : region}.${service}`;
    const digest = createHash('sha256').update(`${region} ${name}`).digest('hex').slice(0, 8);
    const id = region === 'us-east-1' ? KNOWN_IDS[name] : undefined;
    return { id: id ?? `pl-${digest}`, name, ...list };
  });

export const awsPrefixList = (region: string, name: string): AwsPrefixList | undefined =>
  awsPrefixLists(region).find((list) => list.name === name);
