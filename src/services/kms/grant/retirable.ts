/** The grants of a service, for that service itself. */
import type { GrantDirectory } from '../../../invoke/ports/ports.ts';
import { keyArn } from '../key/key.ts';
import { grants } from './grant.ts';

export const retirableBy: GrantDirectory['retirableBy'] = async (tx, servicePrincipal, region) => {
  const found = await tx.find(grants, 'retiring', { prefix: [servicePrincipal, region] });
  return found.map((grant) => ({
    keyArn: keyArn(grant),
    grantId: grant.grantId,
    grantee: grant.grantee,
    encryptionContext: grant.encryptionContextEquals ?? grant.encryptionContextSubset ?? {},
  }));
};
