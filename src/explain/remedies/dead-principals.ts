/** Users and roles that a document names and that do not exist: with them it cannot be stored (aws-facts A3.6). */
import type { PrincipalDirectory } from '../../invoke/ports/ports.ts';
import type { ReadTransaction } from '../../store/store.ts';
import type { PolicyDocument } from './place.ts';

const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z0-9]+$/;
const USER_OR_ROLE = /^arn:[^:]+:iam::\d+:(?:user|role)\//;

interface Named {
  readonly Principal?: '*' | { readonly AWS?: string | readonly string[] };
}

function principalsIn(statement: object): readonly string[] {
  const { Principal } = statement as Named;
  return !Principal || Principal === '*' ? [] : [Principal.AWS ?? []].flat();
}

/** The document without them; a statement that names nobody else goes. The names, so that they can be told. */
export function withoutPrincipals(
  document: PolicyDocument,
  isUnwanted: (principal: string) => boolean,
): { readonly document: PolicyDocument; readonly dead: readonly string[] } {
  const dead: string[] = [];
  const Statement = document.Statement.flatMap((statement) => {
    const all = principalsIn(statement);
    const living = all.filter((each) => !isUnwanted(each));
    if (living.length === all.length) return [statement];
    dead.push(...all.filter(isUnwanted));
    const { AWS: _, ...others } = (statement as Named).Principal as { readonly AWS?: unknown };
    if (living.length === 0 && Object.keys(others).length === 0) return [];
    return [{ ...statement, Principal: { ...others, ...(living.length > 0 && { AWS: living }) } }];
  });
  return { document: { ...document, Statement }, dead };
}

/** Without the unique ids of users and roles that were deleted. */
export const withoutDeadPrincipals = (document: PolicyDocument) =>
  withoutPrincipals(document, (each) => UNIQUE_ID.test(each));

/** ARNs of users and roles of which there are none. */
export async function unknownPrincipals(
  tx: ReadTransaction,
  directory: Pick<PrincipalDirectory, 'uniqueId'>,
  { Statement }: PolicyDocument,
): Promise<string[]> {
  const unknown: string[] = [];
  for (const principal of new Set(Statement.flatMap(principalsIn))) {
    const isNamed = USER_OR_ROLE.test(principal);
    if (UNIQUE_ID.test(principal)) unknown.push(principal);
    else if (isNamed && (await directory.uniqueId(tx, principal)) === undefined) unknown.push(principal);
  }
  return unknown;
}
