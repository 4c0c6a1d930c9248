/** An audit as text: the gravest first, each with what to do. */
import { changedSinceLines, NOT_IN_ANSWER } from '../history/changed-since-read.ts';
import { counted } from '../words/names.ts';
import { type Block, pageText, type Section, type Style } from '../words/page.ts';
import type { Audit } from './audit.ts';
import { type Finding, RULES, type RuleId } from './finding.ts';

export function renderAudit(audit: Audit, style?: Style): string {
  return pageText(auditPage(audit), style);
}

function auditPage(audit: Audit): Section[] {
  const { findings, keys, principals, accounts, unknown } = audit;
  const recorded = [...usageSections(audit), ...changedSections(audit)];
  const basis = `${counted(keys, 'key')} and ${counted(principals, 'principal')} of ${accounts.length === 1 ? `account ${accounts[0]}` : `${accounts.length} accounts`} were checked.`;
  const unread: Section[] =
    unknown.length === 0
      ? []
      : [
          {
            title: 'Not known, so there may be more',
            tone: 'plain',
            blocks: unknown.map(({ name, why }) => `${name}: ${why}`),
          },
        ];
  if (findings.length === 0) {
    const title = unread.length === 0 ? 'Nothing was found.' : 'Nothing was found in what could be read.';
    return [{ title, tone: unread.length === 0 ? 'good' : 'plain', blocks: [basis] }, ...recorded, ...unread];
  }
  const count = (severity: string) => findings.filter((each) => each.severity === severity).length;
  const title = `${counted(count('error'), 'error')}, ${counted(count('warning'), 'warning')}.`;
  const byRule = Map.groupBy(findings, ({ rule }) => rule);
  return [
    { title, tone: count('error') > 0 ? 'bad' : 'plain', blocks: [basis] },
    ...[...byRule].map(([rule, some]) => ruleSection(rule as RuleId, some)),
    ...recorded,
    ...unread,
  ];
}

const MAX_KEYS_SHOWN = 10;

/** Of an imported account with trails. */
function usageSections({ recordedUsage = [] }: Audit): Section[] {
  if (recordedUsage.length === 0) return [];
  const lines = recordedUsage.slice(0, MAX_KEYS_SHOWN).map(({ key, calls, users, last }) => {
    const by = counted(users, 'principal');
    return `${key}: ${counted(calls, 'call')} by ${by}, the last ${last.action} by ${last.who} at ${last.last}`;
  });
  const more = recordedUsage.length - lines.length;
  const blocks = more > 0 ? [...lines, `and ${more} more`] : lines;
  return [{ title: 'Keys that were used, as far as recorded', tone: 'plain', blocks }];
}

const changedSections = ({ changedSince = [] }: Audit): Section[] =>
  changedSince.length === 0
    ? []
    : [{ title: NOT_IN_ANSWER, tone: 'plain', blocks: changedSinceLines(changedSince) }];

function ruleSection(id: RuleId, findings: readonly Finding[]): Section {
  const { title, why, severity } = RULES[id];
  const blocks: Block[] = [why, ...findings.flatMap(findingBlocks)];
  return { title: `${severity}: ${title} (${id})`, tone: severity === 'error' ? 'bad' : 'plain', blocks };
}

function findingBlocks({ name, statement, what, fix }: Finding): Block[] {
  const at = statement ? `, statement ${statement.sid ? `"${statement.sid}"` : statement.index + 1}` : '';
  return [`${name}${at}`, { text: what, depth: 1 }, { text: `Fix: ${fix}`, depth: 1 }];
}
