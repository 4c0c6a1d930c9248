/** What the files of an iam-collect store hold, by their names. */
import { isObject } from '../../platform/is-object.ts';

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((each) => typeof each === 'string');
const hasPolicies = (value: unknown): boolean =>
  isObject(value) && isTexts(value.scps ?? []) && isTexts(value.rcps ?? []);
const isStructure = (value: unknown): boolean =>
  isObject(value) &&
  Object.values(value).every(
    (unit) => isObject(unit) && isTexts(unit.accounts ?? []) && isStructure(unit.children ?? {}),
  );
const isNamedPolicy = (value: unknown) => isObject(value) && typeof value.PolicyName === 'string';

const TEXTS: Form = ['list of text', isTexts];
const POLICY_NAMES: Form = [
  'object of lists of policies',
  (value) => isObject(value) && Object.values(value).every(hasPolicies),
];

type Form = readonly [name: string, fits: (value: unknown) => boolean];

/** What is read of a store's files, by their names. */
const FORMS: Readonly<Record<string, Form>> = {
  accounts: POLICY_NAMES,
  groups: TEXTS,
  'inline-policies': [
    'list of named policies',
    (value) => Array.isArray(value) && value.every(isNamedPolicy),
  ],
  'instance-profiles': TEXTS,
  'managed-policies': TEXTS,
  metadata: ['object', isObject],
  ous: POLICY_NAMES,
  structure: ['tree of organizational units', isStructure],
  tags: ['object of text', (value) => isObject(value) && isTexts(Object.values(value))],
};

/** What the file should hold, where it does not. */
export function missedForm(part: string, parsed: unknown): string | undefined {
  const form = Object.hasOwn(FORMS, part) ? FORMS[part] : undefined;
  return form && !form[1](parsed) ? form[0] : undefined;
}
