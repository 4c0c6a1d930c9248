/**
 * Trust policies. Users and roles are stored by their unique ids, so that a re-created namesake is not trusted, and
 * shown by the ARN they have now; once deleted they show as the bare id (aws-facts G1.6).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
import { parseArn } from '../../../aws/arn.ts';
import { accountExists } from '../../../invoke/identity/account.ts';
import { internPolicy } from '../../../policy/intern.ts';
import { sizeWithoutWhitespace } from '../../../policy/parse.ts';
import { isUniqueId } from '../../../policy/principal-grammar.ts';
import { rootArn } from '../../../policy/root-user.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { validDocument } from '../document.ts';
import { exceedsQuota, malformedPolicy } from '../errors.ts';
import { arnOfUniqueId, uniqueIdOf } from '../identity/unique-id.ts';
import { isServicePrincipal } from './service-principals.ts';

export const MAX_TRUST_CHARACTERS = 2048;

type Rewrite = (type: string, value: string) => Promise<string>;

/** The document as it is stored, or IAM's error where it is malformed, too long, or names nobody who exists. */
export async function storedTrustDocument(tx: ReadTransaction, document: string): Promise<string> {
  validDocument(document, 'trust');
  if (sizeWithoutWhitespace(document) > MAX_TRUST_CHARACTERS)
    throw exceedsQuota('ACLSizePerRole', MAX_TRUST_CHARACTERS);
  return rewritePrincipals(document, async (type, value) => {
    const stored = await storedPrincipal(tx, type, value);
    if (stored === undefined) {
      const label = type === 'AWS' ? type : type.toUpperCase();
      throw malformedPolicy(`Invalid principal in policy: "${label}":"${value}"`);
    }
    return stored;
  });
}

/** As a real account shows it: whoever it names and is known here stands in it by unique id, everybody else as written. */
export async function lenientTrustDocument(tx: ReadTransaction, document: string): Promise<string> {
  if (!internPolicy(document, 'trust').ok) return document;
  return rewritePrincipals(
    document,
    async (type, value) => (await storedPrincipal(tx, type, value)) ?? value,
  );
}

export async function shownTrustDocument(tx: ReadTransaction, document: string): Promise<string> {
  return rewritePrincipals(document, async (type, value) =>
    type === 'AWS' && isUniqueId(value) ? ((await arnOfUniqueId(tx, value)) ?? value) : value,
  );
}

async function storedPrincipal(
  tx: ReadTransaction,
  type: string,
  value: string,
): Promise<string | undefined> {
  if (type === 'Service') return isServicePrincipal(value) ? value : undefined;
  if (type !== 'AWS' || value === '*') return value;
  if (/^\d{12}$/.test(value)) {
    return (await accountExists(tx, value)) ? rootArn(value) : undefined;
  }
  if (isUniqueId(value)) return (await arnOfUniqueId(tx, value)) && value;
  const arn = parseArn(value);
  if (!arn) return undefined;
  if (arn.service === 'iam' && arn.resource !== 'root') return uniqueIdOf(tx, value);
  return (await accountExists(tx, arn.account)) ? value : undefined;
}

interface Statement {
  Principal?: string | Record<string, string | string[]>;
}

/** The document with each principal replaced; the same text where none changes. */
async function rewritePrincipals(document: string, rewrite: Rewrite): Promise<string> {
  const parsed = JSON.parse(document) as { Statement: Statement | Statement[] };
  let changed = false;
  for (const statement of [parsed.Statement].flat()) {
    if (typeof statement.Principal !== 'object') continue;
    for (const [type, values] of Object.entries(statement.Principal)) {
      const rewritten: string[] = [];
      for (const value of [values].flat()) rewritten.push(await rewrite(type, value));
      changed ||= rewritten.some((value, index) => value !== [values].flat()[index]);
      statement.Principal[type] = typeof values === 'string' ? (rewritten[0] as string) : rewritten;
    }
  }
  if (!changed) return document;
  // Kept over several lines where it was written so: explanations name lines.
  return JSON.stringify(parsed, null, document.includes('\n') ? 2 : undefined);
}
