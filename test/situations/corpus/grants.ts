/** Grants that nearly fit. */
import { encrypt } from '../calls.ts';
import type { Situation, Thing } from '../situation.ts';
import { ADMINISTRATION, may } from '../statements.ts';

const grant = (more: object): Thing => ({
  as: 'root',
  call: 'kms:CreateGrant',
  with: { KeyId: '<data>', Operations: ['Encrypt'], ...more },
  name: 'grant',
});
const ADMINISTERED = {
  ...ADMINISTRATION,
  Action: [...(ADMINISTRATION.Action as string[]), 'kms:CreateGrant'],
};

export const GRANT_SITUATIONS: readonly Situation[] = [
  {
    name: 'grant-for-another-session-of-the-role',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-grantee-principal',
    story: 'A grant was made for one session of a role; the next session has another name.',
    world: [
      { key: 'data' },
      { role: 'App' },
      {
        as: 'root',
        call: 'kms:CreateGrant',
        with: {
          KeyId: '<data>',
          GranteePrincipal: 'arn:aws:sts::<home>:assumed-role/App/monday',
          Operations: ['Encrypt'],
        },
      },
    ],
    call: { as: 'App', session: 'tuesday', call: 'kms:Encrypt', with: { KeyId: '<data>', Plaintext: 'x' } },
    expect: {
      verdict: 'denied',
      who: '<App>',
      says: /its grantee is the session monday of the same role, and this is tuesday\. Make it for the role/,
      fixes: [
        { kind: 'new-statement', target: '<App>', document: may('kms:Encrypt', { Resource: '<data>' }) },
      ],
    },
  },
  {
    name: 'grant-context-in-another-case',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-constraints',
    story: 'A grant asks for the context Department=IT, and the call gives department=IT.',
    world: [
      { key: 'data', policy: [ADMINISTERED] },
      { user: 'john' },
      grant({ GranteePrincipal: '<john>', Constraints: { EncryptionContextSubset: { Department: 'IT' } } }),
    ],
    call: encrypt('john', { EncryptionContext: { department: 'IT' } }),
    expect: {
      verdict: 'denied',
      who: '<john>',
      says: /differ in case/,
      fixes: [{ kind: 'request', says: /Department/ }],
    },
    again: encrypt('john', { EncryptionContext: { Department: 'IT' } }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'grant-context-left-out',
    source:
      'https://docs.aws.amazon.com/kms/latest/developerguide/create-grant-overview.html#grant-constraints',
    story: 'A grant asks for an encryption context that the call leaves out.',
    world: [
      { key: 'data' },
      { user: 'john' },
      grant({ GranteePrincipal: '<john>', Constraints: { EncryptionContextEquals: { app: 'shop' } } }),
    ],
    call: encrypt('john'),
    expect: {
      verdict: 'denied',
      who: '<john>',
      says: /app=shop/,
      fixes: [{ kind: 'request', says: /app/ }],
    },
    again: encrypt('john', { EncryptionContext: { app: 'shop' } }),
    stillRefused: [encrypt('john')],
  },
  {
    name: 'grant-of-a-role-that-was-made-again',
    source: 'https://github.com/hashicorp/terraform-provider-aws/issues/29340',
    story: 'A grant was made to a role that has been deleted and made again since: it is not the same.',
    world: [
      { key: 'data', policy: [ADMINISTERED] },
      { role: 'App' },
      grant({ GranteePrincipal: '<App>' }),
      { as: 'root', call: 'iam:DeleteRole', with: { RoleName: 'App' } },
      { role: 'App' },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      says: /deleted/,
      fixes: [
        {
          kind: 'grant',
          target: '<data>',
          document: { KeyId: '<data>', GranteePrincipal: '<App>', Operations: ['Encrypt'] },
        },
      ],
    },
  },
  {
    name: 'grant-without-the-operation',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/grants.html',
    story: 'A grant lets its grantee decrypt, and it encrypts.',
    world: [{ key: 'data' }, { role: 'App' }, grant({ GranteePrincipal: '<App>', Operations: ['Decrypt'] })],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      says: /it allows Decrypt, not Encrypt/,
      fixes: [
        { kind: 'new-statement', target: '<App>', document: may('kms:Encrypt', { Resource: '<data>' }) },
      ],
    },
  },
  {
    name: 'grant-that-was-revoked',
    source: 'https://docs.aws.amazon.com/kms/latest/developerguide/grant-delete.html',
    story: 'The grant of an attached volume was revoked by hand; the instance does not start any more.',
    world: [
      { key: 'data' },
      { role: 'App' },
      grant({ GranteePrincipal: '<App>' }),
      { as: 'root', call: 'kms:RevokeGrant', with: { KeyId: '<data>', GrantId: '<grant>' } },
    ],
    call: encrypt('App'),
    expect: {
      verdict: 'denied',
      who: '<App>',
      fixes: [{ kind: 'new-statement', target: '<App>' }],
    },
  },
];
