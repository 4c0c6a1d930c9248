/** How to fix it, as an explanation tells it: what is to be changed, how far that was tried, or why nothing can be said. */
import { isUnreadCeiling, isUnreadDeny } from '../denial/as-recorded.ts';
import type { ExplainedRemedy, Explanation } from '../denial/explanation.ts';
import { isOfCall } from '../denial/policies-of-call.ts';
import type { Gain } from '../remedies/risk.ts';
import { resourceName } from '../words/names.ts';
import type { Block, Section } from '../words/page.ts';

/** In whose account the change is made, where there are several. */
function withAccount({ sentence, account }: ExplainedRemedy): string {
  if (!account || sentence.includes(`account ${account}`)) return sentence;
  return `In account ${account}: ${sentence}`;
}

/** No allow helps against it, and no rehearsal knows of it. */
export const UNREAD_DENY =
  'No allow helps against a deny: the one that AWS names has to be found and narrowed, unless it has changed since.';

/** Who else gains: said only where somebody does. */
function riskLines(gains: readonly Gain[]): string[] {
  const others = [...new Set(gains.map(({ who }) => who))];
  if (others.length === 0) return [];
  const actions = [...new Set(gains.map(({ action }) => action))].join(', ');
  const named = others.slice(0, 5).join(', ') + (others.length > 5 ? ` and ${others.length - 5} more` : '');
  return [`(Risk: ${named} could then call ${actions} too.)`];
}

/** Control policies by their names and where they are attached, and endpoints: what is changed has their ARNs. */
function withNames(sentence: string, checks: Explanation['checks']): string {
  return checks
    .flatMap(({ policies }) => policies)
    .filter(({ policyType }) => /(?:control|endpoint) policy$/.test(policyType))
    .reduce(
      (text, { policyType, policyName, title }) =>
        text.replaceAll(`${policyType} ${policyName}`, title).replaceAll(policyName, title),
      sentence,
    );
}

/** What limits others is not for those whom it limits to change, nor for whoever helps them. */
function guardrailLines({ remedies, checks }: Explanation): string[] {
  const lines = remedies.flatMap(({ kind, target, account }) => {
    if (kind === 'fact' || kind === 'request') return [];
    const check = checks.find(({ policies }) => policies.some(({ policyName }) => policyName === target));
    const { policyType } = check?.policies.find(({ policyName }) => policyName === target) ?? {};
    if (policyType === 'permissions boundary')
      return [
        `(A permissions boundary limits what ${check?.principal.who} may be given. Whether it may be widened is for whoever sets boundaries to say.)`,
      ];
    if (policyType !== 'service control policy' && policyType !== 'resource control policy') return [];
    return [
      `(A ${policyType} is a guardrail over every account under it. Whether this may pass is for the organization's administrators to say, in account ${account}.)`,
    ];
  });
  return [...new Set(lines)];
}

export function fixSection(explanation: Explanation, verbose = false): Section {
  const { remedies, following, isCutShort, gains = [], checks } = explanation;
  const title = 'How to fix it';
  const denied = checks.some(isUnreadDeny) ? [UNREAD_DENY] : [];
  const cutShort = isCutShort
    ? [
        '(Cut short: rehearsing the call took more steps than are allowed for one answer. There may be more to change.)',
      ]
    : [];
  if (remedies.length === 0)
    return { title, blocks: [...denied, ...whyNothingHelps(explanation), ...cutShort] };
  const accounts = new Set(remedies.map(({ account }) => account));
  const own = checks[0]?.principal.account;
  const steps = remedies.flatMap((remedy) => {
    const isElsewhere = accounts.size > 1 || (own !== undefined && remedy.account !== own);
    const named = withNames(remedy.sentence, checks);
    const sentence = isElsewhere ? withAccount({ ...remedy, sentence: named }) : named;
    return remedyBlocks({ ...remedy, sentence }, verbose);
  });
  const asked = following.map(({ action, resource }) => `${action} on ${resourceName(resource)}`).join(', ');
  const next = asked ? [`The service would have gone on to call ${asked}.`] : [];
  return {
    title,
    blocks: [
      ...[...denied, ...steps, ...next, ...verified(explanation)],
      ...[...guardrailLines(explanation), ...unmadeLines(explanation), ...cutShort, ...riskLines(gains)],
    ],
  };
}

const READ_MORE =
  'Whoever may read it can add it: latchkey import aws --profile NAME --out DIR, or the saved outputs: latchkey import files PATH… --out DIR';

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam */
const UNMANAGEABLE =
  'If nobody meets the conditions of the key policy either, only AWS Support can make the key manageable again.';

/** With what the sentence says, but for the document that it leads to. */
function unmadeLines({ unmade }: Explanation): string[] {
  if (!unmade) return [];
  const { sentence, account, why } = unmade;
  const support = /kms:(?:Get|Put)KeyPolicy/.test(why) ? [UNMANAGEABLE] : [];
  return [
    `This may help, but nobody in account ${account} who was tried (its root user first) may do it: ${sentence.replace(/[:.]$/, '')}.`,
    `Whoever got furthest was told: ${why}`,
    ...support,
  ];
}

function whyNothingHelps(explanation: Explanation): string[] {
  const { plan = [], checks, open, unmade } = explanation;
  const unread = checks.flatMap(({ policies }) => policies.filter(({ outcome }) => outcome === 'unknown'));
  const missing = new Set([
    ...plan.flatMap((each) => each.missing ?? []),
    ...unread.map(({ title }) => title),
  ]);
  const isNobodys = missing.size === 0 || (plan.length === 0 && unread.every(isOfCall));
  if (open) return [open, ...(isNobodys ? [] : [READ_MORE])];
  const unnamed = `It cannot be told what would allow it without the ${[...missing].join(', the ')}.`;
  if (missing.size > 0) return [`${unnamed} ${READ_MORE}`];
  if (checks.length === 0)
    return [
      'It cannot be told what would allow it: the record does not have what the decision was based on.',
    ];
  if (unmade) return unmadeLines(explanation);
  return checks.some(isUnreadDeny) ? [] : ['No change of policy was found that would allow it.'];
}

const onPart = ({ action, why }: NonNullable<Explanation['unrehearsed']>): string =>
  `Tried on what was denied, not on the whole of ${action}, which may ask for more. It could not be rehearsed: ${why}.`;

/** How far the remedies were tried, and what is left open. */
function verified(explanation: Explanation): string[] {
  const { checks, unrecorded, unrehearsed, provided } = explanation;
  if (checks.some(isUnreadDeny))
    return ['(Tried on what was read, which does not have the deny that AWS names.)'];
  const ceiling = checks.find(isUnreadCeiling);
  if (ceiling)
    return [`(Tried on what was read, which does not have the ${ceiling.policyType} that AWS speaks of.)`];
  return [
    `(${outcomeOfTrial(explanation)})`,
    ...(provided && unrehearsed ? [`(${onPart(unrehearsed)})`] : []),
    ...(unrecorded
      ? [`(Not recorded for the call: ${unrecorded.join(', ')}. This helps whatever it was.)`]
      : []),
  ];
}

function outcomeOfTrial(explanation: Explanation): string {
  const { call, checks, remedies, remediesVerified, failsThen, unrehearsed, provided } = explanation;
  const isByHand = remedies.some(({ isUntried }) => isUntried);
  if (provided) {
    const tried = isByHand ? 'Not tried, and' : 'Verified,';
    return `${tried} provided that what was not read allows it: ${provided.join('; ')}.`;
  }
  const noun = remedies.every(({ shape }) => shape === 'policy') ? 'policy' : 'change';
  const all = remedies.length > 1 ? 'all of these changes' : `this ${noun}`;
  if (remediesVerified) {
    const works = call || checks.length > 0 ? 'every call above is allowed' : 'it can be used';
    const none = remedies.length > 1 ? ', and without any one of them it is not' : '';
    return `Verified: with ${all} in place ${works}${none}.`;
  }
  if (isByHand) return 'Not tried: this cannot be done in a rehearsal.';
  if (failsThen) return `Verified: with ${all} in place the call is allowed, and then fails: ${failsThen}`;
  if (unrehearsed) return onPart(unrehearsed);
  return 'Verified: this alone is not enough.';
}

/** The document to put, or else the command; all that is known of it with --verbose. */
function remedyBlocks(remedy: ExplainedRemedy, verbose = false): Block[] {
  const { sentence, document, commands = [], terraform, by, account } = remedy;
  const shown = verbose || !document ? commands : [];
  const lines = shown.map((command): Block => ({ text: command, depth: 1 }));
  const more = verbose
    ? [
        ...(terraform ? [`In Terraform: ${terraform}`] : []),
        ...(by ? [`${by}${account ? `, of account ${account},` : ''} may make this change.`] : []),
      ].map((text): Block => ({ text, depth: 1 }))
    : [];
  return [sentence, ...(document ? [{ document }] : []), ...lines, ...more];
}
