/** Unique ids of users and roles that were deleted. Policies that name one cannot be stored again (aws-facts A3.6). */
import type { PolicyDocument } from './policy-place.ts';

const UNIQUE_ID = /^A(?:IDA|ROA)[A-Z0-9]+$/;

interface Named {
  readonly Principal?: '*' | { readonly AWS?: string | readonly string[] };
}

/** The document without them; a statement that names nobody else goes. The ids, so that they can be told. */
export function withoutDeadPrincipals(document: PolicyDocument): {
  readonly document: PolicyDocument;
  readonly dead: readonly string[];
} {
  const dead: string[] = [];
  const Statement = document.Statement.flatMap((statement) => {
    const { Principal } = statement as Named;
    if (!Principal || Principal === '*' || Principal.AWS === undefined) return [statement];
    const all = [Principal.AWS].flat();
    const living = all.filter((each) => !UNIQUE_ID.test(each));
    if (living.length === all.length) return [statement];
    dead.push(...all.filter((each) => UNIQUE_ID.test(each)));
    const { AWS: _, ...others } = Principal;
    if (living.length === 0 && Object.keys(others).length === 0) return [];
    return [{ ...statement, Principal: { ...others, ...(living.length > 0 && { AWS: living }) } }];
  });
  return { document: { ...document, Statement }, dead };
}
