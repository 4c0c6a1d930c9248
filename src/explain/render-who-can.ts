/** Prints the answer of who-can. */
import type { PolicyGrant } from '../policy/decision.ts';
import { resourceName } from './names.ts';
import type { KeyUser, Right, Way, WhoCan } from './who-can.ts';

export function renderWhoCan(answer: WhoCan): string {
  const { key, alias, users, otherGrants, actions, asked } = answer;
  const sections = [`Who may use ${resourceName(key)}${alias ? ` (${alias})` : ''}`];
  for (const [account, theirs] of Map.groupBy(users, (user) => user.account)) {
    sections.push(`In account ${account}\n${theirs.map((user) => userLines(user, actions)).join('\n')}`);
  }
  if (otherGrants.length > 0) sections.push(`By grants, besides\n${otherGrants.map(grantLine).join('\n')}`);
  const others =
    users.length === asked ? '' : `; nobody else of the ${asked} whom this server knows may do any of it`;
  sections.push(`Asked about ${actions.map(shortName).join(', ')}${others}.`);
  return sections.join('\n\n');
}

const shortName = (action: string) => action.replace(/^kms:/, '');

function userLines({ who, rights }: KeyUser, actions: readonly string[]): string {
  const lines = [...Map.groupBy(rights, conditionText)].flatMap(([condition, some]) =>
    wayLines(some, actions).map((line) => `    ${line}${condition}`),
  );
  return [`  ${who}`, ...lines].join('\n');
}

/** What may be done both ways is told once. */
function wayLines(rights: readonly Right[], actions: readonly string[]): string[] {
  const ways = (action: string) => rights.filter((right) => right.action === action).map(({ way }) => way);
  const line = (which: readonly Way[], title: string) => {
    const found = actions.filter((action) => ways(action).join() === which.join());
    if (found.length === 0) return [];
    return [
      `${title}: ${found.length === actions.length && found.length > 1 ? 'all of it' : found.map(shortName).join(', ')}`,
    ];
  };
  return [
    ...line(['directly', 'through EC2'], 'directly and through EC2'),
    ...line(['directly'], 'directly only'),
    ...line(['through EC2'], 'through EC2 only'),
  ];
}

function conditionText({ conditions }: Right): string {
  if (conditions.length === 0) return '';
  const each = conditions.map(({ operator, key, expected }) => `${key} ${operator} ${expected.join(' or ')}`);
  return `, where ${each.join(' and ')}`;
}

function grantLine({
  grantId,
  grantee,
  actions,
  encryptionContextEquals,
  encryptionContextSubset,
}: PolicyGrant): string {
  const context = Object.entries(encryptionContextEquals ?? encryptionContextSubset ?? {});
  const where = context.map(([name, value]) => `${name} is ${value}`).join(' and ');
  return `  ${grantee}\n    ${actions.map(shortName).join(', ')}${where ? `, where ${where}` : ''} (grant ${grantId.slice(0, 8)}…)`;
}
