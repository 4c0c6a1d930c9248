/** Prints the answer of who-can. */
import type { PolicyGrant } from '../../policy/decision.ts';
import { changedSinceSection } from '../history/changed-since-read.ts';
import { keyUseLines, type RecordedKeyUse } from '../history/key-uses.ts';
import { allInWords } from '../words/condition-words.ts';
import type { FormerPrincipal } from '../words/former-principals.ts';
import { originText, resourceName } from '../words/names.ts';
import { unreadText } from './grounds-in-words.ts';
import type { Ground, Right } from './rights.ts';
import type { KeyUser, WhoCan } from './who-can.ts';

export interface RenderOptions {
  /** Every principal by name, and what each right comes from. */
  readonly verbose?: boolean;
  /** Names actions even where they are all that was asked about. */
  readonly neverAll?: boolean;
}

export function renderWhoCan(answer: WhoCan, options: RenderOptions = {}): string {
  const { key, alias, users, otherGrants, actions, former } = answer;
  const sections = [`Who may use ${resourceName(key)}${alias ? ` (${alias})` : ''}`];
  const state = stateLine(answer);
  if (state) sections.push(state);
  for (const [place, theirs] of Map.groupBy(users, placeOf)) {
    sections.push(`${place}\n${userLines(theirs, actions, options).join('\n')}`);
  }
  if (otherGrants.length > 0) sections.push(`By grants, besides\n${otherGrants.map(grantLine).join('\n')}`);
  if (former.length > 0)
    sections.push(`Named, but deleted: they have no rights\n${former.map(formerLine).join('\n')}`);
  if (answer.idle.length > 0)
    sections.push(`Without effect\n${answer.idle.map(({ what, fix }) => `  ${what} ${fix}`).join('\n')}`);
  const { recordedUses, changedSince } = answer;
  sections.push(...changedSinceSection(changedSince));
  if (recordedUses) sections.push(usesSection(recordedUses));
  if (answer.unknown.length > 0) {
    sections.push(
      `Not known, so there may be more\n${answer.unknown.map(({ name, why }) => `  ${name}: ${why}`).join('\n')}`,
    );
  }
  sections.push(basis(answer));
  return sections.join('\n\n');
}

const usesSection = (uses: readonly RecordedKeyUse[]): string =>
  uses.length === 0
    ? 'The records show no use of it'
    : `Who used it, as far as recorded\n${keyUseLines(uses).join('\n')}`;

function stateLine({ state, deletionAt }: WhoCan): string | undefined {
  if (state === 'Enabled') return undefined;
  const now =
    state === 'PendingDeletion' ? `pending deletion${deletionAt ? `, due at ${deletionAt}` : ''}` : state;
  return `The key is ${now === 'Disabled' ? 'disabled' : now}: it cannot be used until that changes. This is what policies allow.`;
}

function placeOf({ account, isKnown }: KeyUser): string {
  if (!isKnown) return 'Outside the accounts that are known here (assuming that their own policies allow it)';
  return account ? `In account ${account}` : 'AWS services';
}

/** Principals of equal rights are told together. */
function userLines(users: readonly KeyUser[], actions: readonly string[], options: RenderOptions): string[] {
  const groups = Map.groupBy(users, (user) => rightLines(user.rights, actions, options).join('\n'));
  return [...groups].flatMap(([lines, theirs]) => [`  ${whoLine(theirs, options)}`, lines]);
}

/** So many are named; more are counted. */
const MAX_NAMED = 4;

function whoLine(users: readonly KeyUser[], { verbose }: RenderOptions): string {
  const names = users.map(({ who }) => who);
  if (verbose || names.length <= MAX_NAMED) return names.join(', ');
  return `${names.length} principals: ${names.slice(0, MAX_NAMED - 1).join(', ')} and ${names.length - MAX_NAMED + 1} more`;
}

interface Line {
  readonly action: string;
  readonly way: string;
  /** Conditions and origin, as text. */
  readonly rest: string;
}

export function rightLines(
  rights: readonly Right[],
  actions: readonly string[],
  options: RenderOptions,
): string[] {
  const lines = rights.flatMap((right) => linesOf(right, options));
  const lists: string[] = [];
  for (const [rest, some] of Map.groupBy(lines, (line) => line.rest)) {
    const waysOf = (action: string) => [
      ...new Set(some.filter((line) => line.action === action).map(({ way }) => way)),
    ];
    const byWays = Map.groupBy(
      actions.filter((action) => waysOf(action).length > 0),
      (action) => wayPhrase(waysOf(action)),
    );
    for (const [ways, which] of byWays) {
      const all = !options.neverAll && which.length === actions.length && which.length > 1;
      lists.push(`    ${ways}: ${all ? 'all of it' : which.map(shortName).join(', ')}${rest}`);
    }
  }
  return lists;
}

/** A right that asks for nothing is told once; else each ground with its conditions. */
function linesOf({ action, way, grounds }: Right, { verbose }: RenderOptions): Line[] {
  const shown = verbose ? grounds : grounds.filter((ground, at) => at === 0 || !isFree(grounds[0] ?? ground));
  return shown.map((ground) => ({
    action,
    way,
    rest: `${conditionText(ground)}${verbose ? ` (by ${originText(ground.by)})` : ''}`,
  }));
}

const isFree = ({ where, unless, provided }: Ground): boolean =>
  where.length === 0 && unless.length === 0 && !provided;

function wayPhrase(ways: readonly string[]): string {
  return ways.length === 1 ? `${ways[0]} only` : `${ways.slice(0, -1).join(', ')} and ${ways.at(-1)}`;
}

const shortName = (action: string) => action.replace(/^kms:/, '');

function conditionText({ where, unless, provided = [] }: Ground): string {
  const must = where.length > 0 ? `, where ${allInWords(where)}` : '';
  const mustNot = unless.map((conditions) => `, unless ${allInWords(conditions)}`);
  const unread = unreadText(provided);
  return must + mustNot.join('') + (unread && `, ${unread}`);
}

function grantLine({
  grantId,
  grantee,
  actions,
  encryptionContextEquals,
  encryptionContextSubset,
  sourceArn,
}: PolicyGrant): string {
  const context = Object.entries(encryptionContextEquals ?? encryptionContextSubset ?? {});
  const source = sourceArn === undefined ? [] : [['aws:SourceArn', sourceArn]];
  const where = [...context, ...source].map(([name, value]) => `${name} is ${value}`).join(' and ');
  return `  ${grantee}\n    ${actions.map(shortName).join(', ')}${where ? `, where ${where}` : ''} (grant ${grantId.slice(0, 8)}…)`;
}

function formerLine({ id, arn, deletedAt }: FormerPrincipal): string {
  return `  ${id}${arn ? `, which was ${arn}` : ''}${deletedAt ? `, deleted at ${deletedAt}` : ''}`;
}

function basis({ actions, users, asked, accounts }: WhoCan): string {
  const known = users.filter(({ isKnown, account }) => isKnown && account).length;
  const whose =
    accounts.length === 1 ? `account ${accounts[0]}` : `the ${accounts.length} accounts that are known here`;
  const rest = asked - known;
  const others =
    rest > 0
      ? ` The other ${rest === 1 ? 'principal' : `${rest} principals`} of ${whose} may do none of it.`
      : '';
  return `Asked about ${actions.map(shortName).join(', ')}.${others}`;
}
