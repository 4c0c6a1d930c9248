/** Material of its own for a key that was adopted without any. */
import type { Adoption } from '../../../invoke/imported/described.ts';
import type { KeyRecord } from '../key/key.ts';
import {
  type FreshMaterial,
  generateMaterial,
  materials,
  materialsOf,
  openForkedMaterial,
  sealMaterial,
} from '../key/material.ts';

const getsMaterial = ({ material }: Adoption, { keySpec }: KeyRecord): boolean =>
  material === 'all' || (material === 'symmetric' && keySpec === 'SYMMETRIC_DEFAULT');

/** What was encrypted under the real key stays closed, and everything else goes its way. */
export async function withMaterial(adoption: Adoption, key: KeyRecord): Promise<KeyRecord> {
  if (!getsMaterial(adoption, key) || key.state === 'PendingImport') return key;
  const fresh =
    (await sharedMaterial(adoption, key)) ?? (await generateMaterial(adoption.entropy, key.keySpec));
  const [material] = sealMaterial(adoption, key, fresh);
  if (!material) return key;
  const imported = key.origin === 'EXTERNAL' && { imported: { expiresAtMs: key.importedUntilMs } };
  adoption.tx.put(materials, { ...material, ...imported });
  return { ...key, currentMaterialId: material.materialId };
}

/** That of a relative in another Region: what one of them encrypts the others decrypt. */
async function sharedMaterial(
  { tx, ports }: Adoption,
  { account, keyId, multiRegion }: KeyRecord,
): Promise<FreshMaterial | undefined> {
  for (const region of multiRegion?.regions ?? []) {
    const [material] = await materialsOf(tx, { account, region, keyId });
    if (!material) continue;
    const publicKey =
      material.publicKey === undefined ? undefined : Buffer.from(material.publicKey, 'base64');
    return { secret: openForkedMaterial(ports.sealer, material), publicKey };
  }
  return undefined;
}
