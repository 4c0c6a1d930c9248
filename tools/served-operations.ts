/**
 * `npm run served`: writes docs/served-operations.md, which says of each operation that AWS's API models have whether it
 * is served, empty by nature, or refused, and which parameters are refused by name. `test/shapes/served.test.ts` compares
 * its result with what is there.
 */
import { writeFileSync } from 'node:fs';
import type { Operation } from '../src/invoke/operation.ts';
import { emptyListingNames } from '../src/service-kit/empty-listings.ts';
import { operations as autoscaling } from '../src/services/autoscaling/operations.ts';
import { operations as cloudformation } from '../src/services/cloudformation/operations.ts';
import { operations as cloudtrail } from '../src/services/cloudtrail/operations.ts';
import { operations as cloudwatch } from '../src/services/cloudwatch/operations.ts';
import { operations as ebs } from '../src/services/ebs/operations.ts';
import { operations as ec2 } from '../src/services/ec2/operations.ts';
import { operations as events } from '../src/services/events/operations.ts';
import { operations as iam } from '../src/services/iam/operations.ts';
import { operations as kms } from '../src/services/kms/operations.ts';
import { operations as logs } from '../src/services/logs/operations.ts';
import { operations as organizations } from '../src/services/organizations/operations.ts';
import { operations as ssm } from '../src/services/ssm/operations.ts';
import { operations as sts } from '../src/services/sts/operations.ts';
import { readConstraints } from './api-constraints.ts';

export const PAGE = new URL('../docs/served-operations.md', import.meta.url);

const SERVICES: readonly (readonly [title: string, id: string, operations: readonly Operation[]])[] = [
  ['KMS', 'kms', kms],
  ['EC2', 'ec2', ec2],
  ['EBS direct APIs', 'ebs', ebs],
  ['IAM', 'iam', iam],
  ['STS', 'sts', sts],
  ['Organizations', 'organizations', organizations],
  ['Auto Scaling', 'autoscaling', autoscaling],
  ['CloudFormation', 'cloudformation', cloudformation],
  ['EventBridge', 'events', events],
  ['CloudWatch Logs', 'logs', logs],
  ['CloudWatch (alarms)', 'cloudwatch', cloudwatch],
  ['CloudTrail', 'cloudtrail', cloudtrail],
  ['Systems Manager (Parameter Store)', 'ssm', ssm],
];

const HEAD = `# Served operations

Of each operation that AWS's API models have: whether it is served, answers truthfully that there is none of what it lists
(nothing that is served could make one), or is refused by name. Parameters that AWS knows and Latchkey does not serve are
refused by name too, here where the whole parameter is; values of others that are not served are in
[the deviations](deviations-from-aws.md). Made by \`npm run served\`.
`;

/** Names side by side, in the order of the alphabet. */
const list = (names: readonly string[]) =>
  names.length > 0 ? names.map((name) => `\`${name}\``).join(' ') : 'none';

function section([title, id, operations]: (typeof SERVICES)[number]): string {
  const served = operations.map(({ name }) => name).sort();
  const empty = [...emptyListingNames(id)].sort();
  const known = new Set([...served, ...empty]);
  const refused = [...readConstraints(id).operations.keys()].filter((name) => !known.has(name)).sort();
  const parameters = operations
    .filter(({ definition }) => definition.unserved?.length)
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, definition }) => `- \`${name}\`: ${list((definition.unserved ?? []).map(shown))}`);
  return [
    `## ${title}`,
    `**Served (${served.length}).** ${list(served)}`,
    `**Empty by nature (${empty.length}).** ${list(empty)}`,
    `**Refused (${refused.length}).** ${list(refused)}`,
    ...(parameters.length > 0 ? [`**Parameters refused by name.**\n\n${parameters.join('\n')}`] : []),
  ].join('\n\n');
}

function shown(member: NonNullable<Operation['definition']['unserved']>[number]): string {
  if (typeof member === 'string') return member;
  const [path, ...values] = member;
  return values.length > 0 ? `${path} (but ${values.join(', ')})` : path;
}

export const servedOperations = (): string => `${HEAD}\n${SERVICES.map(section).join('\n\n')}\n`;

if (import.meta.main) writeFileSync(PAGE, servedOperations());
