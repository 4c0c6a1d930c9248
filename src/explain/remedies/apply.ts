/** Candidates made in a rehearsal, each document written once with all that is changed of it. */
import { AwsError } from '../../aws/aws-error.ts';
import type { Runtime } from '../../invoke/runtime.ts';
import { type ApiCall, makeCall } from '../../rehearsal/maker.ts';
import { Rehearsal } from '../../rehearsal/rehearsal.ts';
import { withoutDeadPrincipals } from './dead-principals.ts';
import type { PolicyDocument, PolicyPlace } from './place.ts';
import type { Candidate, StatementChange } from './remedy.ts';

/** What was made, for whoever is to make it again. */
export interface MadeRemedy {
  readonly kind: Candidate['kind'];
  readonly account: string;
  readonly region: string;
  readonly target: string;
  readonly sentence: string;
  /** ARN of somebody who may make it. */
  readonly by?: string;
  /** To be done by hand: nothing was done or called for it. */
  readonly isUntried?: true;
  readonly calls: readonly ApiCall[];
  readonly changes: readonly StatementChange[];
  readonly place?: PolicyPlace;
  /** Unique ids of deleted principals, which had to go for the document to be stored. */
  readonly dead?: readonly string[];
  readonly before?: PolicyDocument;
  readonly after?: PolicyDocument;
}

const EMPTY: PolicyDocument = { Version: '2012-10-17', Statement: [] };

/** Throws the AwsError of an operation that refuses what it is to store. */
export async function applied(
  world: Runtime,
  candidates: readonly Candidate[],
): Promise<{ readonly stage: Rehearsal; readonly made: readonly MadeRemedy[] }> {
  const stage = new Rehearsal(world);
  const made: MadeRemedy[] = [];
  const groups = Map.groupBy(candidates, documentOf);
  for (const candidate of candidates) {
    const { change, grant } = candidate;
    const together = groups.get(documentOf(candidate)) ?? [];
    if ((change || grant) && together[0] !== candidate) continue;
    if (change) made.push(await changed(stage, change.place, together));
    else if (grant) made.push(await granted(stage, candidate, together));
    else made.push(await called(stage, candidate));
  }
  return { stage, made };
}

/** What is written once, whoever changes it. */
const documentOf = ({ change, grant }: Candidate): string | undefined =>
  change?.place.id ?? (grant && `grant ${grant.KeyId} ${grant.GranteePrincipal}`);

async function granted(
  stage: Rehearsal,
  candidate: Candidate,
  together: readonly Candidate[],
): Promise<MadeRemedy> {
  const operations = together.flatMap(({ grant }) => grant?.Operations ?? []);
  const input = { ...candidate.grant, Operations: [...new Set(operations)] };
  const { account, region } = candidate;
  const call: ApiCall = { service: 'kms', operation: 'CreateGrant', input, account, region };
  const { by } = await makeCall(stage, call);
  return { ...about(candidate), by, calls: [call], changes: [] };
}

async function called(stage: Rehearsal, candidate: Candidate): Promise<MadeRemedy> {
  const calls = (await candidate.calls?.(stage)) ?? [];
  let by: string | undefined;
  for (const call of calls) by = (await makeCall(stage, call)).by;
  const isUntried = isByHand(candidate) && { isUntried: true as const };
  return { ...about(candidate), by, ...isUntried, calls, changes: [] };
}

function about({ kind, account, region, target, sentence }: Candidate) {
  return { kind, account, region, target, sentence };
}

async function changed(
  stage: Rehearsal,
  place: PolicyPlace,
  candidates: readonly Candidate[],
): Promise<MadeRemedy> {
  const all = candidates.flatMap(({ change, sentence }) => (change ? { ...change, sentence } : []));
  const before = await place.read(stage);
  const replaced = onePerStatement(all.filter(({ index }) => index !== undefined));
  const added = merged(all.filter(({ index }) => index === undefined).map(({ statement }) => statement));
  const { Statement: statements, ...rest } = before ?? EMPTY;
  const version = all.find((change) => change.version)?.version;
  const after: PolicyDocument = {
    ...rest,
    ...(version && { Version: version }),
    Statement: [
      ...statements.map((each, at) => replaced.find(({ index }) => index === at)?.statement ?? each),
      ...added,
    ],
  };
  const addedBy = candidates.find(({ change }) => change?.index === undefined);
  const { call, by, dead } = await written(stage, place, after);
  const [first] = candidates as [Candidate, ...Candidate[]];
  return {
    ...about(first),
    by,
    calls: [call],
    dead,
    changes: [...replaced, ...added.map((statement) => ({ place, statement, sentence: addedBy?.sentence }))],
    place,
    before,
    after,
  };
}

/** One change for each statement: the last is built upon those before it, and says what all of them are for. */
function onePerStatement<C extends StatementChange & { readonly sentence: string }>(
  changes: readonly C[],
): C[] {
  return [...Map.groupBy(changes, ({ index }) => index).values()].map((group) => {
    const last = group.at(-1) as C;
    const purposes = [...new Set(group.flatMap(({ purpose = [] }) => purpose))];
    if (!last.purpose) return last;
    return { ...last, sentence: last.sentence.replace(last.purpose, purposes.join(', and ')) };
  });
}

/** A document that names somebody who was deleted is refused, whatever else it says: those names go with it. */
async function written(stage: Rehearsal, place: PolicyPlace, document: PolicyDocument) {
  const call = place.write(document);
  try {
    return { call, by: (await makeCall(stage, call)).by, dead: [] };
  } catch (error) {
    const { document: living, dead } = withoutDeadPrincipals(document);
    if (!isRefusal(error) || dead.length === 0 || !/Malformed/.test(error.code)) throw error;
    const again = place.write(living);
    return { call: again, by: (await makeCall(stage, again)).by, dead };
  }
}

type Plain = Readonly<Record<string, unknown>>;

/** One statement where two differ in their actions only, or in their resources only. */
export function merged(statements: readonly object[]): object[] {
  const byAction = union(statements as readonly Plain[], 'Action');
  return union(byAction, 'Resource');
}

function union(statements: readonly Plain[], member: string): Plain[] {
  const groups = Map.groupBy(statements, ({ [member]: _, ...rest }) => JSON.stringify(rest));
  return [...groups.values()].map((group) => {
    const [first] = group as [Plain, ...Plain[]];
    if (first[member] === undefined) return first;
    const values = [...new Set(group.flatMap((each) => each[member] as string | string[]))];
    return { ...first, [member]: values };
  });
}

/** What nobody can call (importing key material) can be said, not tried. */
export const isByHand = ({ change, calls, grant, revise }: Candidate): boolean =>
  !change && !calls && !grant && !revise;

export const isRefusal = (error: unknown): error is AwsError => error instanceof AwsError;
