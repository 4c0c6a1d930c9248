/** A launch template and its versions: the records, how a request names them, and how AWS shows them. */
import { AwsError } from '../../../aws/aws-error.ts';
import type { Scope } from '../../../aws/scope.ts';
import type { ResolveContext } from '../../../invoke/context.ts';
import type { Check } from '../../../invoke/verdict.ts';
import type {
  LaunchTemplate,
  LaunchTemplateVersion,
  RequestLaunchTemplateData,
} from '../../../shapes/generated/ec2.ts';
import { type ReadTransaction, table } from '../../../store/store.ts';
import type { FilterFields } from '../describe/filter.ts';
import { ec2Arn } from '../resource/arn.ts';
import { findResource, type ResourceRecord, requireId, resourceCheck, storedKind } from '../resource/kind.ts';
import { secondsText, wholeSeconds } from '../whole-seconds.ts';

export interface LaunchTemplateRecord extends ResourceRecord {
  readonly name: string;
  readonly createdAtMs: number;
  /** ARN of the caller. */
  readonly createdBy: string;
  readonly defaultVersion: number;
  /** The newest version that is left: what `$Latest` stands for. */
  readonly latestVersion: number;
  /** The highest number ever given: numbers of deleted versions do not come back. */
  readonly lastNumber: number;
}

export interface LaunchTemplateVersionRecord extends Scope {
  readonly templateId: string;
  readonly number: number;
  readonly description?: string;
  readonly createdAtMs: number;
  readonly createdBy: string;
  readonly data: RequestLaunchTemplateData;
}

export const launchTemplates = table<LaunchTemplateRecord>()({
  name: 'ec2.launch-templates',
  key: ({ account, region, id }) => [account, region, id],
  indexes: { name: ({ account, region, name }) => [[account, region, name]] },
});

export const launchTemplateVersions = table<LaunchTemplateVersionRecord>()({
  name: 'ec2.launch-template-versions',
  key: ({ account, region, templateId, number }) => [account, region, templateId, number],
});

export const launchTemplateKind = storedKind<LaunchTemplateRecord>({
  type: 'launch-template',
  prefix: 'lt',
  table: launchTemplates,
  notFound: ([id]) =>
    new AwsError(
      'InvalidLaunchTemplateId.NotFound',
      `The specified launch template, with template ID ${id}, does not exist.`,
    ),
  malformed: (id) =>
    new AwsError('InvalidLaunchTemplateId.Malformed', `Invalid id: "${id}" (expecting "lt-...")`),
  conditions: () => ({}),
});

const nameNotFound = (name: string) =>
  new AwsError(
    'InvalidLaunchTemplateName.NotFoundException',
    `The specified launch template, with template name ${name}, does not exist.`,
  );

/** How requests name a template: by one of these. */
export interface TemplateName {
  readonly LaunchTemplateId?: string;
  readonly LaunchTemplateName?: string;
}

/** Throws where a request names none, or names it twice. */
function requireOneName({ LaunchTemplateId: id, LaunchTemplateName: name }: TemplateName): void {
  if (id && name) {
    throw new AwsError(
      'InvalidParameterCombination',
      'You may specify only one of the launch template ID or the launch template name.',
    );
  }
  if (!id && !name) {
    throw new AwsError(
      'MissingParameter',
      'Either a launch template ID or a launch template name must be specified.',
    );
  }
}

export async function findTemplateByName(
  tx: ReadTransaction,
  { account, region }: Scope,
  name: string,
): Promise<LaunchTemplateRecord | undefined> {
  const [template] = await tx.find(launchTemplates, 'name', { prefix: [account, region, name], limit: 1 });
  return template;
}

async function requireTemplate(
  tx: ReadTransaction,
  scope: Scope,
  named: TemplateName,
): Promise<LaunchTemplateRecord> {
  requireOneName(named);
  const { LaunchTemplateId: id, LaunchTemplateName: name = '' } = named;
  if (id) requireId(launchTemplateKind, id);
  const template = id
    ? await findResource(tx, launchTemplateKind, scope, id)
    : await findTemplateByName(tx, scope, name);
  if (!template) throw id ? launchTemplateKind.notFound([id]) : nameNotFound(name);
  return template;
}

/** The check for an action on a template that a request names by id or by name. */
export async function templateCheck(
  context: ResolveContext,
  action: string,
  named: TemplateName,
): Promise<Check<LaunchTemplateRecord>> {
  requireOneName(named);
  const { LaunchTemplateId: id, LaunchTemplateName: name = '' } = named;
  if (id) return resourceCheck(context, launchTemplateKind, action, id);
  const template = await findTemplateByName(context.tx, context, name);
  if (template) return resourceCheck(context, launchTemplateKind, action, template.id);
  return {
    action,
    resource: ec2Arn(context, 'launch-template', '*'),
    account: context.account,
    missing: nameNotFound(name),
    conditions: () => ({ 'ec2:Region': context.region }),
  };
}

/** The number that a request's version stands for: `$Latest`, `$Default` or a number (aws-facts F24). */
export function versionNumber(template: LaunchTemplateRecord, version: string): number {
  if (version === '$Latest') return template.latestVersion;
  if (version === '$Default') return template.defaultVersion;
  if (/^\d{1,15}$/.test(version) && Number(version) > 0) return Number(version);
  if (/^-?\d+$/.test(version) && Number(version) < 1) {
    throw new AwsError('InvalidParameterValue', `Invalid value for version: ${version}`);
  }
  throw new AwsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
  );
}

export async function findVersion(
  tx: ReadTransaction,
  { account, region, id }: LaunchTemplateRecord,
  number: number,
): Promise<LaunchTemplateVersionRecord | undefined> {
  return tx.get(launchTemplateVersions, [account, region, id, number]);
}

export async function requireVersion(
  tx: ReadTransaction,
  template: LaunchTemplateRecord,
  version: string,
): Promise<LaunchTemplateVersionRecord> {
  const found = await findVersion(tx, template, versionNumber(template, version));
  if (found) return found;
  throw new AwsError(
    'InvalidLaunchTemplateId.VersionNotFound',
    `Could not find the specified version ${version} for the launch template with ID ${template.id}.`,
  );
}

export interface ResolvedTemplate {
  readonly template: LaunchTemplateRecord;
  readonly version: LaunchTemplateVersionRecord;
  readonly data: RequestLaunchTemplateData;
}

/** What a `LaunchTemplateSpecification` stands for. Without a version it is the default one. */
export async function resolveLaunchTemplate(
  tx: ReadTransaction,
  scope: Scope,
  specification: TemplateName & { readonly Version?: string },
): Promise<ResolvedTemplate> {
  const template = await requireTemplate(tx, scope, specification);
  const version = await requireVersion(tx, template, specification.Version || '$Default');
  return { template, version, data: version.data };
}

export function showTemplate(template: LaunchTemplateRecord): LaunchTemplate {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    CreateTime: wholeSeconds(template.createdAtMs),
    CreatedBy: template.createdBy,
    DefaultVersionNumber: template.defaultVersion,
    LatestVersionNumber: template.latestVersion,
    Operator: { Managed: false },
    Tags: template.tags.length > 0 ? [...template.tags] : undefined,
  };
}

export function showVersion(
  template: LaunchTemplateRecord,
  version: LaunchTemplateVersionRecord,
): LaunchTemplateVersion {
  return {
    LaunchTemplateId: template.id,
    LaunchTemplateName: template.name,
    VersionNumber: version.number,
    VersionDescription: version.description,
    CreateTime: wholeSeconds(version.createdAtMs),
    CreatedBy: version.createdBy,
    DefaultVersion: version.number === template.defaultVersion,
    LaunchTemplateData: version.data,
    Operator: { Managed: false },
  };
}

export const launchTemplateFilters: FilterFields<LaunchTemplateRecord> = {
  'create-time': ({ createdAtMs }) => secondsText(createdAtMs),
  'launch-template-name': ({ name }) => name,
};
