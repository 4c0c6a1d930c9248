/**
 * Versions of one template by number, `$Latest` and `$Default`, or the `$Latest` and `$Default` ones of all templates
 * (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html).
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import { missingFor } from '../../../invoke/verdict.ts';
import type { DescribeLaunchTemplateVersionsRequest } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { type FilterFields, filtersTest } from '../describe/filter.ts';
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { imageParameterChecks } from '../image/image-parameter.ts';
import { accountCheck, listResources } from '../resource/kind.ts';
import { secondsText } from '../whole-seconds.ts';
import {
  findVersion,
  type LaunchTemplateRecord,
  type LaunchTemplateVersionRecord,
  launchTemplateKind,
  launchTemplateVersions,
  requireVersion,
  templateCheck,
} from './launch-template.ts';
import { showResolvedVersion } from './resolved-version.ts';

interface Row {
  readonly template: LaunchTemplateRecord;
  readonly version: LaunchTemplateVersionRecord;
}

export default ec2.operation('DescribeLaunchTemplateVersions', {
  readOnly: true,
  async checks(context, input) {
    const action = 'ec2:DescribeLaunchTemplateVersions';
    const isNamed = input.LaunchTemplateId !== undefined || input.LaunchTemplateName !== undefined;
    const named = isNamed ? await templateCheck(context, action, input) : undefined;
    // The action has no resource of its own: a template that is named is only looked up.
    const describe = missingFor({ ...accountCheck(context, action), record: named?.record }, named?.missing);
    if (!input.ResolveAlias || named?.missing) return { describe };
    const { items } = await pageOfVersions(context, input, named?.record);
    const images = await imageParameterChecks(
      context,
      items.map(({ version }) => version.data.ImageId),
    );
    return { describe, images };
  },
  async execute(context, input, { describe }) {
    const page = await pageOfVersions(context, input, describe.record);
    const shown = page.items.map(({ template, version }) =>
      showResolvedVersion(context, template, version, input.ResolveAlias),
    );
    return { LaunchTemplateVersions: await Promise.all(shown), NextToken: page.nextToken };
  },
});

async function pageOfVersions(
  { tx, account, region }: Pick<ResolveContext, 'tx' | 'account' | 'region'>,
  input: DescribeLaunchTemplateVersionsRequest,
  template: LaunchTemplateRecord | undefined,
) {
  const rows = template
    ? await rowsOf(tx, template, input)
    : await namedRows(tx, await listResources(tx, launchTemplateKind, { account, region }), input);
  const shown = rows.filter(filtersTest(input.Filters, fields)).sort(newestFirst);
  return pageOf(shown, position, input, { min: 1, max: 200 });
}

async function rowsOf(
  tx: ReadTransaction,
  template: LaunchTemplateRecord,
  { Versions: versions, MinVersion: min, MaxVersion: max }: DescribeLaunchTemplateVersionsRequest,
): Promise<Row[]> {
  if (versions && versions.length > 0) {
    const found = await Promise.all(versions.map((version) => requireVersion(tx, template, version)));
    return [...new Set(found)].map((version) => ({ template, version }));
  }
  const { account, region, id } = template;
  const all = await tx.list(launchTemplateVersions, { prefix: [account, region, id] });
  const [from, to] = [Number(min ?? 1), Number(max ?? Number.MAX_SAFE_INTEGER)];
  if (Number.isNaN(from) || Number.isNaN(to)) {
    throw new AwsError('InvalidParameterValue', 'MinVersion and MaxVersion must be version numbers.');
  }
  return all.filter(({ number }) => number >= from && number <= to).map((version) => ({ template, version }));
}

/** Without a template, only `$Latest` and `$Default` mean something. */
async function namedRows(
  tx: ReadTransaction,
  templates: readonly LaunchTemplateRecord[],
  { Versions: versions = [] }: DescribeLaunchTemplateVersionsRequest,
): Promise<Row[]> {
  if (versions.length === 0 || versions.some((version) => version !== '$Latest' && version !== '$Default')) {
    throw new AwsError(
      versions.length === 0 ? 'MissingParameter' : 'InvalidParameterValue',
      'To describe the launch template data for all your launch templates, for \u2018--versions\u2019 specify ' +
        '\u2018$Latest\u2019, \u2018$Default\u2019, or both, and omit \u2018--launch-template-id\u2019, ' +
        '\u2018--launch-template-name\u2019, \u2018--min-version\u2019, and \u2018--max-version\u2019. To describe ' +
        'the launch template data for a specific launch template, specify \u2018--launch-template-id\u2019 or ' +
        '\u2018--launch-template-name\u2019, and for \u2018--versions\u2019, specify one or more version numbers, ' +
        '\u2018$Latest\u2019, \u2018$Default\u2019, or all three. You can omit \u2018--versions\u2019 to describe ' +
        'all versions of the launch template.',
    );
  }
  const rows: Row[] = [];
  for (const template of templates) {
    const numbers = new Set(
      versions.map((version) => (version === '$Latest' ? template.latestVersion : template.defaultVersion)),
    );
    for (const number of numbers) {
      const version = await findVersion(tx, template, number);
      if (version) rows.push({ template, version });
    }
  }
  return rows;
}

/** Inverse, so that the newest version comes first in an order that pages can follow. */
const position = ({ template, version }: Row) =>
  `${template.id} ${String(Number.MAX_SAFE_INTEGER - version.number).padStart(16, '0')}`;

const newestFirst = (one: Row, other: Row) => (position(one) < position(other) ? -1 : 1);

const fields: FilterFields<Row> = {
  'create-time': ({ version }) => secondsText(version.createdAtMs),
  'ebs-optimized': ({ version }) => version.data.EbsOptimized,
  'http-endpoint': ({ version }) => version.data.MetadataOptions?.HttpEndpoint,
  'http-protocol-ipv4': () => undefined,
  'host-resource-group-arn': ({ version }) => version.data.Placement?.HostResourceGroupArn,
  'http-tokens': ({ version }) => version.data.MetadataOptions?.HttpTokens,
  'iam-instance-profile': ({ version }) =>
    version.data.IamInstanceProfile?.Arn ?? version.data.IamInstanceProfile?.Name,
  'image-id': ({ version }) => version.data.ImageId,
  'instance-type': ({ version }) => version.data.InstanceType,
  'is-default-version': ({ template, version }) => template.defaultVersion === version.number,
  'kernel-id': ({ version }) => version.data.KernelId,
  'license-configuration-arn': ({ version }) =>
    version.data.LicenseSpecifications?.map((license) => license.LicenseConfigurationArn) ?? [],
  'network-card-index': ({ version }) =>
    version.data.NetworkInterfaces?.map((eni) => eni.NetworkCardIndex) ?? [],
  'ram-disk-id': ({ version }) => version.data.RamDiskId,
};
