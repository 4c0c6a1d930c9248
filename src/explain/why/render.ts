/** An explanation as a page: the verdict first, then how to fix it, then what it rests on. */
import { isAllowedAsRead, isUnreadDeny } from '../denial/as-recorded.ts';
import type {
  ExplainedCall,
  ExplainedCheck,
  ExplainedPolicy,
  ExplainedStatement,
  Explanation,
} from '../denial/explanation.ts';
import type { NearGrant } from '../denial/near-grants.ts';
import type { ChangeSince } from '../history/changes-since.ts';
import { resourceName } from '../words/names.ts';
import { type Block, pageText, type Section, type Style } from '../words/page.ts';
import { fixSection, UNREAD_DENY } from './render-fix.ts';

export interface RenderOptions {
  /** Every statement of every policy. */
  readonly verbose?: boolean;
  readonly style?: Style;
}

export function renderExplanation(explanation: Explanation, options: RenderOptions = {}): string {
  return pageText(explanationPage(explanation, options), options.style);
}

export function explanationPage(explanation: Explanation, options: RenderOptions = {}): Section[] {
  const { further = [], more = 0 } = explanation;
  if (further.length === 0) return sectionsOf(explanation, options);
  const each = [explanation, ...further];
  const pages = each.map((one, at) => {
    const [verdict, ...rest] = sectionsOf(one, options);
    const title = `Denial ${at + 1} of ${each.length + more}: ${verdict?.title}`;
    return [{ blocks: [], ...verdict, title }, ...rest];
  });
  return [...pages.flat(), ...(more > 0 ? [notExplained(more)] : [])];
}

const notExplained = (more: number): Section => ({
  title: `${more} more ${more === 1 ? 'denial stands' : 'denials stand'} in the text`,
  tone: 'unknown',
  blocks: ['Give what is left of it by itself to have that explained, too.'],
});

function sectionsOf(explanation: Explanation, options: RenderOptions): Section[] {
  const { verdict, checks, call } = explanation;
  const [check] = checks;
  const sections: Section[] = [verdictSection(explanation)];
  if (explanation.now === 'allowed') sections.push(nowAllowed(explanation));
  else if (verdict === 'denied' || explanation.remedies.length > 0)
    sections.push(fixSection(explanation, options.verbose));
  if (call) sections.push({ title: 'What happened', blocks: whatHappened(explanation, call) });
  if (check) sections.push(policiesSection(check, options));
  if (explanation.others?.length) sections.push(othersSection(explanation.others));
  if (explanation.allowedBy?.length) sections.push(allowedSection(explanation.allowedBy));
  return sections;
}

const TONES = {
  denied: 'bad',
  failed: 'bad',
  allowed: 'good',
  depends: 'unknown',
  unknown: 'unknown',
} as const;

function verdictSection({ verdict, headline, symptom, chosen, checks }: Explanation): Section {
  const [check, ...others] = checks;
  return {
    title: headline,
    tone: TONES[verdict],
    blocks: [
      ...(check ? [check.summary] : []),
      ...(symptom ? [symptom] : []),
      ...(chosen ? [chosen] : []),
      ...(others.length > 0
        ? [
            `The same call was also denied ${others.map(({ action, resourceName: name }) => `${action} on ${name}`).join(', ')}.`,
          ]
        : []),
    ],
  };
}

/** The world has moved on since the denial. */
function nowAllowed({ since = [], symptom, checks }: Explanation): Section {
  const again = symptom ? 'Start it again, or make the call again.' : 'Make the call again.';
  return {
    title: 'How to fix it',
    blocks: [
      checks.some(isUnreadDeny)
        ? UNREAD_DENY
        : checks.some(isAllowedAsRead)
          ? `Nothing is left to fix in what was read: according to it, the call would be allowed now. ${again}`
          : `Nothing is left to fix: it would be allowed now. ${again}`,
      ...(since.length > 0 ? [`Changed since then: ${changesInWords(since)}.`] : []),
    ],
  };
}

const changesInWords = (changes: readonly ChangeSince[]): string =>
  changes
    .map(
      ({ action, at, by, about }) =>
        `${action}${about.length > 0 ? ` on ${about.map(resourceName).join(', ')}` : ''} at ${at}${by ? `, by ${by}` : ''}`,
    )
    .join('; ');

function whatHappened({ outerCall, initialCall, before }: Explanation, call: ExplainedCall): Block[] {
  const on = call.resourceName ? ` on ${call.resourceName}` : '';
  const name = ({ who, arn }: ExplainedCall) => (arn && !who.includes(arn) ? `${who} (${arn})` : who);
  const lines = outerCall
    ? [
        ...(initialCall
          ? [
              `${name(initialCall)} called ${initialCall.action} at ${initialCall.at}.`,
              `What followed from it: ${name(outerCall)} called ${outerCall.action} at ${outerCall.at}.`,
            ]
          : [`${name(outerCall)} called ${outerCall.action} at ${outerCall.at}.`]),
        `For that, ${call.invokedBy ?? 'the service'} called ${call.action}${on}, with the rights of ${call.who}.`,
      ]
    : [`${name(call)} called ${call.action}${on} at ${call.at}.`];
  const { error } = call;
  const outcome = error
    ? `It was refused: ${error.code}${error.message ? `: ${error.message}` : ''}`
    : 'It was allowed.';
  const changed = before
    ? [
        `Such a call was allowed before, last at ${before.at} (CloudTrail event ${before.eventId}). Changed in between: ${changesInWords(before.changes)}.`,
      ]
    : [];
  return [...lines, `${outcome} (CloudTrail event ${call.eventId})`, ...changed];
}

const DELEGATES = 'leaves it to identity-based policies';
const OUTCOMES = {
  'explicit deny': 'denies',
  allow: 'allows',
  'no match': 'does not allow it',
  unknown: 'could not be read',
} as const;

function policiesSection(
  { policies, nearGrants, action }: ExplainedCheck,
  { verbose }: RenderOptions,
): Section {
  const blocks: Block[] = [];
  const silent: string[] = [];
  const allowing: string[] = [];
  for (const policy of policies) {
    const shown = verbose ? policy.statements : policy.statements.filter(isTelling);
    const outcome = outcomeOf(policy);
    const isDisclosed = shown.length > 0 || outcome === DELEGATES || policy.outcome === 'unknown';
    if (verbose || isDisclosed) blocks.push(...policyBlocks(policy, shown));
    else if (policy.outcome === 'allow') allowing.push(policy.title);
    else silent.push(policy.title);
  }
  if (allowing.length > 0)
    blocks.push(`${listed(allowing)}: ${allowing.length > 1 ? 'allow it' : 'allows it'}`);
  if (silent.length > 0) blocks.push(`${listed(silent)}: no statement about ${action}`);
  if (policies.every(({ policyType }) => policyType !== 'identity-based policy')) {
    blocks.push('identity-based policies: none is attached');
  }
  blocks.push(...nearGrants.map(grantBlock));
  const hasStatements = policies.some(({ statements }) => statements.length > 0);
  const more = hasStatements && !verbose ? ['(--verbose shows every statement.)'] : [];
  return { title: 'Policies evaluated', blocks: [...blocks, ...more] };
}

/** What denies, and what nearly allows; an allow speaks for itself. */
const isTelling = ({ mismatches = [], matched, effect, isNearMiss }: ExplainedStatement): boolean =>
  isNearMiss || (!mismatches.includes('action') && !(matched && effect === 'Allow'));

/** So many are named. */
const MAX_NAMED = 3;

function listed(titles: readonly string[]): string {
  if (titles.length <= MAX_NAMED) return titles.join(', ');
  return `${titles.slice(0, MAX_NAMED - 1).join(', ')} and ${titles.length - MAX_NAMED + 1} more policies`;
}

function policyBlocks(policy: ExplainedPolicy, shown: readonly ExplainedStatement[]): Block[] {
  const lines = shown.map((statement): Block => ({ text: statementLine(statement), depth: 1 }));
  return [`${policy.title}${typeNote(policy)}: ${outcomeOf(policy)}`, ...lines];
}

const typeNote = ({ title, policyType }: ExplainedPolicy): string =>
  title.toLowerCase().includes(policyType) ? '' : ` (${policyType})`;

/** A key policy that only names the account allows nobody yet: identity-based policies may then allow. */
function outcomeOf({ outcome, statements }: ExplainedPolicy): string {
  if (statements.length === 0 && outcome !== 'unknown') return 'it has no statements';
  const matching = statements.filter(({ matched, effect }) => matched && effect === 'Allow');
  const delegates = outcome === 'allow' && matching.every(({ principal }) => principal === 'account');
  return delegates ? DELEGATES : OUTCOMES[outcome];
}

function statementLine({ index, sid, line, effect, why }: ExplainedStatement): string {
  // Documents that are written on one line have no other.
  const at = line > 1 ? `line ${line}, ` : '';
  return `statement ${index + 1}${sid ? ` "${sid}"` : ''} (${at}${effect}): ${why}`;
}

function grantBlock({ grantId, name, grantee, why }: NearGrant): Block {
  return `grant ${name ? `"${name}" ` : ''}${grantId.slice(0, 12)}… for ${grantee}: ${why}`;
}

function othersSection(others: NonNullable<Explanation['others']>): Section {
  const blocks = others.map(
    ({ who, action, resource, at, eventId, count }) =>
      `${who}: ${action}${resource === '*' ? '' : ` on ${resourceName(resource)}`}, ${count > 1 ? `${count} times, last ` : ''}at ${at} (latchkey explain ${eventId})`,
  );
  return { title: 'Also denied', blocks };
}

function allowedSection(allowedBy: NonNullable<Explanation['allowedBy']>): Section {
  const blocks = allowedBy.map(({ action, resource, by }) => `${action} on ${resource}: allowed by ${by}`);
  return { title: 'What allowed it', blocks };
}
