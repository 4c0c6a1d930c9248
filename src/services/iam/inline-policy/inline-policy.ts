/** Policies that live inside one user, group or role. The rules are one for all three. */
import type { Definition } from '../../../invoke/operation.ts';
import type { Check } from '../../../invoke/verdict.ts';
import { sizeWithoutWhitespace } from '../../../policy/parse.ts';
import { encodeDocument, validDocument } from '../document.ts';
import { limitExceeded, noSuchEntity } from '../errors.ts';
import { type IdentityKind, type IdentityRecord, identityCheck } from '../identity/identity.ts';
import { type PageRequest, pageOf } from '../page.ts';

type Checked<R> = { readonly identity: Check<R> };

export function putInlinePolicy<
  I extends { PolicyName: string; PolicyDocument: string },
  R extends IdentityRecord,
>(kind: IdentityKind<R>, nameOf: (input: I) => string): Definition<I, object, Checked<R>, undefined> {
  return {
    checks: async (context, input) => ({
      identity: await identityCheck(context, kind, nameOf(input), `Put${kind.title}Policy`),
    }),
    execute({ tx }, { PolicyName: name, PolicyDocument }, { identity: { record } }) {
      kind.requireChangeable?.(record);
      const document = validDocument(PolicyDocument, 'identity');
      const former = findInline(record, name);
      const others = record.inlinePolicies.filter((policy) => policy !== former);
      // A policy that is replaced keeps its name as first written.
      const inlinePolicies = [...others, { name: former?.name ?? name, document }];
      const size = inlinePolicies.reduce((sum, policy) => sum + sizeWithoutWhitespace(policy.document), 0);
      if (size > kind.mostInlineCharacters) {
        throw limitExceeded(
          `Maximum policy size of ${kind.mostInlineCharacters} bytes exceeded for ${kind.noun} ${record.name}`,
        );
      }
      tx.put(kind.table, { ...record, inlinePolicies });
      return {};
    },
  };
}

/** `subject` names the user, group or role in the answer, as its member is called there. */
export function getInlinePolicy<I extends { PolicyName: string }, R extends IdentityRecord, S extends object>(
  kind: IdentityKind<R>,
  nameOf: (input: I) => string,
  subject: (name: string) => S,
): Definition<I, S & { PolicyName: string; PolicyDocument: string }, Checked<R>, undefined> {
  return {
    readOnly: true,
    checks: async (context, input) => ({
      identity: await identityCheck(context, kind, nameOf(input), `Get${kind.title}Policy`),
    }),
    execute(_context, { PolicyName }, { identity: { record } }) {
      const policy = findInline(record, PolicyName);
      if (!policy) throw policyNotFound(kind, PolicyName);
      return { ...subject(record.name), PolicyName, PolicyDocument: encodeDocument(policy.document) };
    },
  };
}

export function deleteInlinePolicy<I extends { PolicyName: string }, R extends IdentityRecord>(
  kind: IdentityKind<R>,
  nameOf: (input: I) => string,
): Definition<I, object, Checked<R>, undefined> {
  return {
    checks: async (context, input) => ({
      identity: await identityCheck(context, kind, nameOf(input), `Delete${kind.title}Policy`),
    }),
    execute({ tx }, { PolicyName }, { identity: { record } }) {
      kind.requireChangeable?.(record);
      const policy = findInline(record, PolicyName);
      if (!policy) throw policyNotFound(kind, PolicyName);
      const inlinePolicies = record.inlinePolicies.filter((each) => each !== policy);
      tx.put(kind.table, { ...record, inlinePolicies });
      return {};
    },
  };
}

export function listInlinePolicies<I extends PageRequest, R extends IdentityRecord>(
  kind: IdentityKind<R>,
  nameOf: (input: I) => string,
): Definition<I, { PolicyNames: string[]; IsTruncated: boolean; Marker?: string }, Checked<R>, undefined> {
  return {
    readOnly: true,
    checks: async (context, input) => ({
      identity: await identityCheck(context, kind, nameOf(input), `List${kind.title}Policies`),
    }),
    execute(_context, input, { identity: { record } }) {
      const { items, ...page } = pageOf(record.inlinePolicies, input, ({ name }) => name);
      return { PolicyNames: items.map(({ name }) => name), ...page };
    },
  };
}

/** Names of inline policies, too, are the same whatever their case. */
const findInline = ({ inlinePolicies }: IdentityRecord, policyName: string) =>
  inlinePolicies.find(({ name }) => name.toLowerCase() === policyName.toLowerCase());

const policyNotFound = (kind: { readonly noun: string }, name: string) =>
  noSuchEntity(`The ${kind.noun} policy with name ${name} cannot be found.`);
