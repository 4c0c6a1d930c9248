/** A grant as the listing operations show it (aws-facts A4.9). */
import type { GrantListEntry } from '../../../shapes/generated/kms.ts';
import { keyArn } from '../key/key.ts';
import { type Directory, rootArn, shownPrincipal } from '../key/principal.ts';
import type { GrantRecord } from './grant.ts';

export async function grantEntry(directory: Directory, grant: GrantRecord): Promise<GrantListEntry> {
  const { encryptionContextEquals: equals, encryptionContextSubset: subset } = grant;
  return {
    KeyId: keyArn(grant),
    GrantId: grant.grantId,
    Name: grant.name ?? '',
    CreationDate: grant.createdAtMs,
    GranteePrincipal: await shownPrincipal(directory, grant.grantee),
    RetiringPrincipal: grant.retiring && (await shownPrincipal(directory, grant.retiring)),
    IssuingAccount: rootArn(grant.issuingAccount),
    Operations: [...grant.operations],
    ...((equals || subset) && {
      Constraints: {
        ...(equals && { EncryptionContextEquals: equals }),
        ...(subset && { EncryptionContextSubset: subset }),
      },
    }),
  };
}
