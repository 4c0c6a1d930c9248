/** What may hold a secret is left out, by its name, wherever it stands: a snapshot is made to be handed on. */
const SECRET_NAMES: ReadonlySet<string> = new Set([
  'userdata',
  'environment',
  'environmentvariables',
  'secretstring',
  'secretbinary',
  'secretaccesskey',
  'sessiontoken',
  'password',
  'masteruserpassword',
  'privatekey',
  'privatekeymaterial',
  'keymaterial',
  'encryptedkeymaterial',
  'importtoken',
  'plaintext',
  'plaintextkey',
  'ciphertextblob',
  'ciphertext',
  'granttoken',
  'granttokens',
  'clientsecret',
  'webidentitytoken',
  'samlassertion',
  'tokencode',
  'authorizationtoken',
]);

/** Members of AWS's answers and properties of templates, whose whole values go. */
export const isSecretName = (name: string): boolean => SECRET_NAMES.has(name.toLowerCase());

/** How people call what they keep secret: `DbPassword`, `api_key`; not `PasswordLength`, nor a condition key. */
const SECRET_WORD =
  /^[\w-]*?(?:pass(?:word|wd|phrase)|secret|credentials?|token|api[-_]?key|private[-_]?key|connection[-_]?string)(?:[-_]?(?:string|value|text))?\d*$/i;

export const isCalledSecret = (name: string): boolean => SECRET_WORD.test(name);

export function withoutSecrets(value: unknown, omit: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutSecrets(each, omit));
  if (!value || typeof value !== 'object' || value instanceof Date) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (isSecretName(name) || omit.includes(name)) continue;
    // Some tools write null for what is not there. An own property __proto__ would change what the object is.
    if (name !== '__proto__' && inner !== null) kept[name] = withoutSecrets(inner, omit);
  }
  return kept;
}
