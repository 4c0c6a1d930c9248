/** A grant as the listing operations show it (aws-facts A4.9). */
import { rootArn } from '../../../policy/root-user.ts';
import type { GrantListEntry } from '../../../shapes/generated/kms.ts';
import { keyArn } from '../key/key.ts';
import { type Directory, shownPrincipal } from '../key/principal.ts';
import type { GrantRecord } from './grant.ts';

export async function grantEntry(directory: Directory, grant: GrantRecord): Promise<GrantListEntry> {
  const { encryptionContextEquals: equals, encryptionContextSubset: subset, sourceArn } = grant;
  const grantee = await shownPrincipal(directory, grant.grantee);
  const retiring = grant.retiring && (await shownPrincipal(directory, grant.retiring));
  return {
    KeyId: keyArn(grant),
    GrantId: grant.grantId,
    Name: grant.name ?? '',
    CreationDate: grant.createdAtMs,
    ...(grant.granteeIsService ? { GranteeServicePrincipal: grantee } : { GranteePrincipal: grantee }),
    ...(grant.retiringIsService ? { RetiringServicePrincipal: retiring } : { RetiringPrincipal: retiring }),
    IssuingAccount: rootArn(grant.issuingAccount),
    Operations: [...grant.operations],
    ...((equals || subset || sourceArn) && {
      Constraints: {
        ...(equals && { EncryptionContextEquals: equals }),
        ...(subset && { EncryptionContextSubset: subset }),
        ...(sourceArn && { SourceArn: sourceArn }),
      },
    }),
  };
}
