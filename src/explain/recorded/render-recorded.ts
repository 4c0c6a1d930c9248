/** Prints what an imported account's own questions answer: the check of a snapshot, and what-if over its history. */
import { type ChangedSinceRead, changedSinceLines } from '../history/changed-since-read.ts';
import { keyUseLines, times } from '../history/key-uses.ts';
import { renderWhatIf, type WhatIfOptions } from '../what-if/render-what-if.ts';
import { counted } from '../words/names.ts';
import { type Calibration, type Difference, MIN_AGREEMENT } from './calibrate.ts';
import {
  type CoverageOfAll,
  type CoverageReport,
  historyRefused,
  NO_RECORDS,
  type PlaceCoverage,
} from './coverage.ts';
import type { SeenPlace } from './seen-in-events.ts';
import type { RecordedWhatIf } from './what-if-recorded.ts';

const MAX_SHOWN = 10;

const share = (part: number): string => `${(Math.floor(part * 1000) / 10).toFixed(1)} %`;

export function renderCheck(folder: string, coverage: CoverageOfAll, calibration: Calibration): string {
  const { readAt, by, places, seen } = coverage;
  const logsOnly = accountsOfLogsAlone(coverage);
  const when = readAt.first ? `, read from ${readAt.first} to ${readAt.last}` : '';
  const sections = [
    `${folder}: ${counted(new Set([...places.map(({ account }) => account), ...logsOnly]).size, 'account')}${when}${by.length > 0 ? ` by ${by.join(', ')}` : ''}`,
    ...places.map(renderPlace),
    ...(seen.length > 0 ? [renderSeen(seen)] : []),
    ...(logsOnly.length > 0 ? [renderLogsOnly(logsOnly)] : []),
    renderTrails(coverage, calibration.uses),
    ...(coverage.changedSince.length > 0 ? [renderChangedSince(coverage.changedSince)] : []),
    renderCalibration(calibration),
  ];
  return sections.join('\n\n');
}

function renderPlace({ account, region, read, refused, missing }: PlaceCoverage): string {
  const lines = [`Account ${account}, ${region === 'global' ? 'all Regions' : region}`];
  const has = Object.entries(read).filter(([, count]) => count > 0);
  lines.push(`  read: ${has.map(([what, count]) => `${what} (${count})`).join(', ') || 'nothing'}`);
  for (const [what, count] of Object.entries(refused))
    lines.push(`  refused, so unknown: ${what}${count > 1 ? `, ${count} times` : ''}`);
  if (missing.length > 0) lines.push(`  not read, so unknown: ${missing.join(', ')}`);
  return lines.join('\n');
}

/** Those of which no answer was read. */
function accountsOfLogsAlone({ places, trails }: CoverageReport): string[] {
  const read = new Set(places.map(({ account }) => account));
  return [...new Set(trails.places.map(({ account }) => account))].filter(
    (account) => account !== '' && !read.has(account),
  );
}

function renderSeen(seen: readonly SeenPlace[]): string {
  const lines = seen.map(({ account, region, seen: kinds }) => {
    const each = Object.entries(kinds).map(([kind, { whole, partial }]) => {
      if (partial === 0) return `${kind} (${whole})`;
      return whole === 0 ? `${kind} (${partial}, in part)` : `${kind} (${whole}, and ${partial} in part)`;
    });
    return `  ${account} ${region === 'global' ? 'all Regions' : region}: ${each.join(', ')}`;
  });
  return `Not read, but seen in recorded events; "in part": its creation was not seen, so there may be more of it\n${lines.join('\n')}`;
}

function renderLogsOnly(accounts: readonly string[]): string {
  return [
    `For ${accounts.length === 1 ? `account ${accounts[0]}` : `${accounts.length} accounts`} there are only log files`,
    '  can be answered: what was denied, to whom and why; who used which key, how often and when last; who may do what, as far',
    '    as events since the first record carry the policies, grants and attachments',
    '  cannot be answered: what policies have said since before the first record, whoever neither called nor was',
    '    changed, and what the organization allows; an answer that depends on these says "cannot tell", and names them',
    '  Read the rest: latchkey import aws --out DIR, or, where nothing may be installed: latchkey import plan --script',
  ].join('\n');
}

function renderChangedSince(changed: readonly ChangedSinceRead[]): string {
  return [
    'Changed since it was read, so what is answered about it is of then; read it again: latchkey import aws --out DIR',
    ...changedSinceLines(changed).map((line) => `  ${line}`),
  ].join('\n');
}

function renderTrails({ trails }: CoverageReport, uses: number): string {
  if (trails.records === 0) return [NO_RECORDS, ...trails.refused.map(historyRefused)].join('\n');
  const lines = [
    `CloudTrail: ${counted(trails.records, 'record')} from ${trails.first} to ${trails.last}, which amount to ${counted(uses, 'use')}`,
    ...trails.places.map(
      ({ account, region, records, kms }) =>
        `  ${account} ${region}: ${counted(records, 'record')}${kms === 0 ? ', none of KMS: its trail may exclude KMS' : `, ${kms.toLocaleString('en')} of KMS`}`,
    ),
    ...trails.refused.map(historyRefused),
    ...trails.withoutKms.map((arn) => `  ${arn} excludes KMS: that it shows no use of a key means nothing`),
  ];
  return lines.join('\n');
}

function renderCalibration(calibration: Calibration): string {
  const {
    calls,
    agreed,
    agreedWithPast,
    agreedAsPassed,
    agreement,
    changed,
    notUnderstood,
    undecided,
    otherFailures,
    notAsked,
  } = calibration;
  if (agreement === undefined)
    return 'Calibration: no recorded call could be compared, so what-if gives no verdict.';
  const lines = [
    `Calibration: of ${counted(calls, 'recorded call')}, ${agreed.toLocaleString('en')} come out as AWS decided${agreedWithPast > 0 ? ` (${agreedWithPast.toLocaleString('en')} with the key policy of that time)` : ''}. Agreement: ${share(agreement)} of those that could be decided.`,
  ];
  if (agreement < MIN_AGREEMENT)
    lines.push(`  That is below ${share(MIN_AGREEMENT)}: what-if gives no verdict.`);
  const passed = callsByName(agreedAsPassed);
  if (passed.length > 0)
    lines.push('  AWS allowed some of these, so what was not read allows them, too:', ...passed);
  if (changed.length > 0) lines.push('  Not as AWS decided, and changed since:', ...shown(changed));
  if (notUnderstood.length > 0)
    lines.push('  Not as AWS decided, and not understood:', ...shown(notUnderstood));
  const unknown = callsByName(undecided);
  if (unknown.length > 0) lines.push('  Cannot be told, because it depends on:', ...unknown);
  if (otherFailures > 0)
    lines.push(`  ${counted(otherFailures, 'call')} failed for a reason other than permission.`);
  for (const [why, count] of Object.entries(notAsked))
    lines.push(`  Not compared: ${counted(count, 'call')} (${why}).`);
  return lines.join('\n');
}

const listed = (names: readonly string[]): string =>
  names.length > MAX_SHOWN
    ? `${names.slice(0, MAX_SHOWN).join('; ')}; and ${names.length - MAX_SHOWN} more`
    : names.join('; ');

/** The most frequent first. */
function callsByName(calls: Readonly<Record<string, number>>): readonly string[] {
  const byCount = Object.entries(calls).sort(([, a], [, b]) => b - a);
  return firstOf(
    byCount.map(([name, count]) => `    ${name}: ${counted(count, 'call')}`),
    'other reason',
  );
}

const firstOf = (lines: readonly string[], what: string): readonly string[] =>
  lines.length > MAX_SHOWN
    ? [...lines.slice(0, MAX_SHOWN), `    and ${counted(lines.length - MAX_SHOWN, what)}`]
    : lines;

function shown(differences: readonly Difference[]): readonly string[] {
  const lines = differences.map(({ use, recorded, decided, changed }) => {
    const through = use.invokedBy ? ` through ${use.invokedBy}` : '';
    const since = changed ? `; ${changed.action} by ${changed.by} at ${changed.at}` : '';
    return `    ${use.arn || (use.account ? `${use.id || 'somebody'} of account ${use.account}` : use.identity)}: ${use.source}:${use.name}${through} on ${use.resource || '*'}, ${times(use.count)}, last at ${use.last} (event ${use.lastEvent}): was ${recorded}, would be ${decided}${since}`;
  });
  return firstOf(lines, 'other use');
}

const usesText = (uses: RecordedWhatIf['recordedUses'] = []): string =>
  uses.length === 0
    ? 'No use of it is recorded: what depends on it was not seen.'
    : `Recorded uses of the key whose outcome cannot be told\n${keyUseLines(uses).join('\n')}`;

export function renderRecordedWhatIf(answer: RecordedWhatIf, options: WhatIfOptions = {}): string {
  const { hasVerdict, agreement, undecided, days, denied, judged } = answer;
  if (!hasVerdict) {
    const why =
      agreement === undefined
        ? 'no recorded use of keys could be compared with what AWS decided'
        : judged === 0
          ? 'no use that it affects is recorded'
          : `only ${share(agreement)} of the recorded calls come out as AWS decided them, which is below ${share(MIN_AGREEMENT)}`;
    const rights = renderWhatIf(
      { ...answer, denied: [], allowed: [], judged: 0 },
      { ...options, basis: usesText(answer.recordedUses) },
    );
    return `No verdict on uses: ${why}. See: latchkey check --from DIR\n\n${rights}`;
  }
  const sections = [renderWhatIf(answer, options)];
  if (undecided.length > 0) {
    const lines = undecided.map(
      ({ who, action, count, missing }) =>
        `  ${who}: ${action}, ${times(count)}; depends on ${missing.join(', ')}`,
    );
    sections.push(`Cannot be said\n${lines.join('\n')}`);
  }
  if (answer.provided.length > 0) {
    sections.push(
      `Not read, and assumed to allow what it allowed before: ${listed(answer.provided)}. What is said above is about the change alone.`,
    );
  }
  if (denied.length === 0 && undecided.length === 0) {
    sections.push(
      `Nothing seen in ${counted(days, 'day')} of these trails would break. What was not used then is not in them.`,
    );
  }
  sections.push(`Agreement with AWS on recorded calls: ${share(agreement as number)}.`);
  return sections.join('\n\n');
}
