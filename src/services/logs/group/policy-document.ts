/** The documents of policies that log groups have: JSON as somebody wrote it. */
import type { AwsError } from '../../../aws/aws-error.ts';
import { parseBoundedJson } from '../../../aws/bounded-json.ts';

/** What the document says. Throws `invalid` of why where it is no JSON. */
export function parsedDocument(document: string, invalid: (why: string) => AwsError): unknown {
  try {
    return parseBoundedJson(document);
  } catch {
    throw invalid('it is not JSON.');
  }
}
