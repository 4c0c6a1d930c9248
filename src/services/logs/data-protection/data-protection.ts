/**
 * Policies that say which sensitive data of log events is audited and masked: kept, shown and held to AWS's rules
 * (aws-facts D7.3). What they name is not looked for here, so nothing is masked.
 */
import type { ResolveContext } from '../../../invoke/context.ts';
import { isObject } from '../../../platform/is-object.ts';
import { invalidParameter, notServed } from '../errors.ts';
import { groupOfArn, logGroups } from '../group/group.ts';
import { parsedDocument } from '../group/policy-document.ts';

const MAX_CHARACTERS = 30_720;

interface Statement {
  readonly DataIdentifier?: unknown;
  readonly Operation?: {
    readonly Audit?: { readonly FindingsDestination?: unknown };
    readonly Deidentify?: { readonly MaskConfig?: unknown };
  };
}

const invalid = (why: string) => invalidParameter(`Invalid data protection policy: ${why}`);

/** Throws where the document may not stand. */
export async function requireDataProtection(context: ResolveContext, document: string): Promise<void> {
  if (document.length > MAX_CHARACTERS) throw invalid(`it is longer than ${MAX_CHARACTERS} characters.`);
  const statements = statementsOf(document);
  const audit = statements.find(({ Operation }) => Operation?.Audit);
  const mask = statements.find(({ Operation }) => Operation?.Deidentify);
  if (!audit || !mask || statements.length !== 2) {
    throw invalid('it must have one statement with an Audit operation and one with a Deidentify operation.');
  }
  if (!isIdentifierList(audit.DataIdentifier) || !sameJson(audit.DataIdentifier, mask.DataIdentifier)) {
    throw invalid('the DataIdentifier arrays of its statements must match exactly.');
  }
  if (!sameJson(mask.Operation?.Deidentify?.MaskConfig, {})) throw invalid('MaskConfig must be {}.');
  const destination = audit.Operation?.Audit?.FindingsDestination;
  if (!isObject(destination)) throw invalid('Audit must have a FindingsDestination.');
  await requireDestinations(context, destination);
}

async function requireDestinations(
  { tx, account, region }: ResolveContext,
  destinations: Readonly<Record<string, unknown>>,
): Promise<void> {
  for (const [kind, destination] of Object.entries(destinations)) {
    if (kind !== 'CloudWatchLogs') throw notServed(`findings of data protection in ${kind}`);
    const group = isObject(destination) ? destination.LogGroup : undefined;
    if (typeof group !== 'string') throw invalid('CloudWatchLogs must name a LogGroup.');
    if (await tx.get(logGroups, [account, region, groupOfArn(group) ?? group])) continue;
    throw invalid(`log group ${group} does not exist.`);
  }
}

function statementsOf(document: string): readonly Statement[] {
  const parsed = parsedDocument(document, invalid);
  const { Statement: statements } = isObject(parsed) ? parsed : {};
  if (!Array.isArray(statements) || !statements.every(isObject)) throw invalid('it must have statements.');
  return statements;
}

const isIdentifierList = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === 'string');

const sameJson = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
