/** The value with which a condition would hold, or a deny would not. */
import { compileGlob } from '../../policy/glob.ts';
import { type GlobPart, parseTemplate } from '../../policy/template.ts';
import type { ConditionTrace } from '../../policy/trace.ts';
import { instanceTypeNames } from '../../services/ec2/index.ts';

const hasWildcard = (value: string) => /[*?]/.test(value);

/** How far from its operand a number must lie. */
const NUMERIC_STEPS: Readonly<Record<string, number>> = { NumericGreaterThan: 1, NumericLessThan: -1 };

export interface WantedValue {
  /** One that does. */
  readonly value: string;
  /** `"finance"`, `like "t3.*" or "t2.*"`, `of any value` */
  readonly text: string;
  /** Others would do as well, and which is meant is not known. */
  readonly isExample: boolean;
}

/** Undefined where there is none that can be given. */
export function wantedValue({ key, expected, resolved, operator }: ConditionTrace): WantedValue | undefined {
  if (/^StringNot(?:Equals|Like)$/.test(operator)) return anotherThan(key, resolved ?? expected);
  if (/Not/.test(operator)) return undefined;
  // The operand says whether there may be a value, and is none.
  if (operator === 'Null')
    return expected[0] === 'false' ? { value: 'x', text: 'of any value', isExample: true } : undefined;
  const values = (resolved ?? expected).filter((value) => value !== null && !value.includes('${'));
  const [first] = values as string[];
  const step = NUMERIC_STEPS[operator.replace('IfExists', '')];
  if (first === undefined) return undefined;
  if (step !== undefined) return exactly(String(Number(first) + step));
  const exact = values.find((value) => value !== null && !hasWildcard(value));
  if (exact) return exactly(exact);
  const patterns = values.map((value) => `"${value}"`).join(' or ');
  return { value: exampleOf(first, key), text: `like ${patterns}`, isExample: true };
}

const exactly = (value: string): WantedValue => ({ value, text: `"${value}"`, isExample: false });

/** Where AWS knows no value but its own: of each kind one. */
const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  'ec2:volumetype': ['gp3', 'io2', 'st1'],
  'kms:datakeypairspec': ['RSA_2048', 'ECC_NIST_P256'],
  'kms:encryptionalgorithm': ['SYMMETRIC_DEFAULT', 'RSAES_OAEP_SHA_256'],
  'kms:expirationmodel': ['KEY_MATERIAL_DOES_NOT_EXPIRE', 'KEY_MATERIAL_EXPIRES'],
  'kms:keyorigin': ['AWS_KMS', 'EXTERNAL'],
  'kms:keyspec': [
    'SYMMETRIC_DEFAULT',
    'RSA_2048',
    'ECC_NIST_P256',
    'ECC_SECG_P256K1',
    'HMAC_256',
    'ML_DSA_44',
  ],
  'kms:keyusage': ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'GENERATE_VERIFY_MAC', 'KEY_AGREEMENT'],
  'kms:macalgorithm': ['HMAC_SHA_256', 'HMAC_SHA_512'],
  'kms:messagetype': ['DIGEST', 'RAW'],
  'kms:signingalgorithm': ['RSASSA_PSS_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_256', 'ECDSA_SHA_256'],
  'kms:wrappingalgorithm': ['RSAES_OAEP_SHA_256', 'RSA_AES_KEY_WRAP_SHA_256'],
  'kms:wrappingkeyspec': ['RSA_4096', 'RSA_2048'],
};

const valuesOf = (key: string): readonly string[] =>
  /^ec2:instancetype$/i.test(key) ? instanceTypeNames() : (EXAMPLES[key.toLowerCase()] ?? []);

const best = (values: readonly string[]): string | undefined =>
  [/\.micro$/, /\.large$/, /./].flatMap((kind) => values.find((value) => kind.test(value)) ?? [])[0];

const exampleOf = (pattern: string, key: string): string =>
  best(valuesOf(key).filter((value) => isLike(pattern, value))) ?? pattern.replaceAll(/[*?]/g, 'x');

/** Of keys that have AWS's own values alone, there is another. */
function anotherThan(key: string, listed: readonly (string | null)[]): WantedValue | undefined {
  const unwanted = listed.filter((value) => value !== null);
  const value = best(valuesOf(key).filter((each) => !unwanted.some((pattern) => isLike(pattern, each))));
  const text = `other than ${unwanted.map((each) => `"${each}"`).join(' and ')}`;
  return value === undefined ? undefined : { value, text, isExample: true };
}

const OPPOSITES: Readonly<Record<string, string>> = {
  DateGreaterThan: 'DateLessThanEquals',
  DateGreaterThanEquals: 'DateLessThan',
  DateLessThan: 'DateGreaterThanEquals',
  DateLessThanEquals: 'DateGreaterThan',
  NumericGreaterThan: 'NumericLessThanEquals',
  NumericGreaterThanEquals: 'NumericLessThan',
  NumericLessThan: 'NumericGreaterThanEquals',
  NumericLessThanEquals: 'NumericGreaterThan',
};

/** What a deny asks for by its condition: `StringNotEquals X` asks for X, `Bool false` for true. */
export function wantedByDeny(condition: ConditionTrace): ConditionTrace {
  const { key, expected } = condition;
  const operator = condition.operator.replace('IfExists', '');
  if (operator === 'Null' || operator === 'Bool') {
    return { ...condition, operator, expected: [expected[0] === 'true' ? 'false' : 'true'] };
  }
  if (operator.includes('Not')) return { ...condition, operator: operator.replace('Not', '') };
  const opposite = OPPOSITES[operator];
  if (opposite) return { ...condition, operator: opposite };
  return { operator: 'StringNotEquals', key, expected, holds: false };
}

/** As StringLike would have it. */
export function isLike(written: string, text: string): boolean {
  const parts = parseTemplate(written, { variables: false, wildcards: true }) as GlobPart[];
  return compileGlob(parts)(text);
}
