/**
 * Policies that name the fields of log events to index: kept, shown and held to AWS's rules (aws-facts D7.5). Queries of
 * Logs Insights, which read the indexes, are not served, so no index is made.
 */
import { isObject } from '../../../platform/is-object.ts';
import type { IndexPolicy } from '../../../shapes/generated/logs.ts';
import { invalidParameter } from '../errors.ts';
import { groupArn, type LogGroupRecord } from '../group/group.ts';
import { parsedDocument } from '../group/policy-document.ts';

const MAX_FIELDS = 20;
const MAX_NAME_LENGTH = 100;
const INDEX_TYPES: readonly unknown[] = ['FIELD_INDEX', 'FACET'];
const MEMBERS = ['Fields', 'FieldsV2'];

const invalid = (why: string) => invalidParameter(`Invalid index policy: ${why}`);

/** Throws where the document may not stand. */
export function requireIndexPolicy(document: string): void {
  const names = fieldsOf(document);
  if (names.length === 0) throw invalid('it must name at least one field.');
  if (names.length > MAX_FIELDS) throw invalid(`it names more than ${MAX_FIELDS} fields.`);
  if (names.some((name) => name === '' || name.length > MAX_NAME_LENGTH)) {
    throw invalid(`the name of a field has 1 to ${MAX_NAME_LENGTH} characters.`);
  }
  if (new Set(names).size < names.length) throw invalid('it names a field twice.');
}

function fieldsOf(document: string): readonly string[] {
  const policy = parsedDocument(document, invalid);
  if (!isObject(policy)) throw invalid('it must be a JSON object.');
  const unknown = Object.keys(policy).find((member) => !MEMBERS.includes(member));
  if (unknown !== undefined) throw invalid(`it has the unknown member ${unknown}.`);
  const { Fields: fields = [], FieldsV2: typed = {} } = policy;
  if (!isNameList(fields)) throw invalid('Fields must be an array of names.');
  if (!isObject(typed) || !Object.values(typed).every(isTyped)) {
    throw invalid('FieldsV2 must give each field the type FIELD_INDEX or FACET.');
  }
  return [...fields, ...Object.keys(typed)];
}

const isNameList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');

const isTyped = (value: unknown) => isObject(value) && INDEX_TYPES.includes(value.type);

/** The policies of a group: its own, where it has one. Policies of the account for indexes are not served. */
export const indexPoliciesOf = (group: LogGroupRecord): readonly IndexPolicy[] =>
  group.indexPolicy === undefined
    ? []
    : [
        {
          logGroupIdentifier: groupArn(group, group.name),
          lastUpdateTime: group.indexPolicy.updatedAtMs,
          policyDocument: group.indexPolicy.document,
          source: 'LOG_GROUP',
        },
      ];
