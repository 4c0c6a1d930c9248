/**
 * A store of iam-collect (github.com/act-security-labs/iam-collect, docs/Storage.md), as the answers of the calls that it
 * was made from. It has IAM, organizations and key policies; never grants, aliases or states of keys, which stay unknown.
 */
import { parseArn } from '../../aws/arn.ts';
import { asText } from '../../aws/as-text.ts';
import { GLOBAL } from '../read-row.ts';
import { documentText } from '../snapshot/described.ts';
import { type Read, SnapshotError } from '../snapshot/snapshot.ts';
import { missedForm } from './iam-collect-form.ts';

const IN_STORE = /(?:^|\/)(aws\/[a-z-]+\/(?:accounts|organizations)\/.+)$/;

/** The path within a store; undefined for a file that lies in none. */
export const pathInStore = (name: string): string | undefined => IN_STORE.exec(name)?.[1];

type Parts = Record<string, unknown>;
type Metadata = Readonly<Record<string, string | boolean | undefined>>;

/** Gathers a store's files, a resource at a time, and gives the reads at the end. */
export class IamCollectStore {
  /** Parts (`metadata`, `policy`, …) by the folder that they lie in. */
  readonly #resources = new Map<string, Parts>();
  #at = '';
  #from = '';

  get isEmpty(): boolean {
    return this.#resources.size === 0;
  }

  add(path: string, parsed: unknown, at: string, from: string): void {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, slash);
    const parts = this.#resources.get(folder) ?? {};
    const part = path.slice(slash + 1).replace(/\.json$/, '');
    const wanted = missedForm(part, parsed);
    if (wanted) throw new SnapshotError(`the iam-collect store is damaged: ${path} is no ${wanted}`);
    if (part !== '__proto__') parts[part] = parsed;
    this.#resources.set(folder, parts);
    if (at > this.#at) this.#at = at;
    this.#from ||= `iam-collect store of ${from}`;
  }

  *reads(): Generator<Read> {
    const accounts = new Map<string, [folder: string, parts: Parts][]>();
    const organizations = new Map<string, [folder: string, parts: Parts][]>();
    for (const [folder, parts] of this.#resources) {
      const [, , kind, id] = folder.split('/') as [string, string, string, string];
      const group = kind === 'accounts' ? accounts : organizations;
      const rest = folder.split('/').slice(4).join('/');
      group.set(id, [...(group.get(id) ?? []), [rest, parts]]);
    }
    for (const [account, resources] of accounts) {
      yield this.#authorizationDetails(account, resources);
      yield* this.#keys(account, resources);
    }
    for (const [id, resources] of organizations) yield* this.#organization(id, new Map(resources));
  }

  #read(operation: string, account: string, region: string, output: Parts, input: Read['input'] = {}): Read {
    return { operation, account, region, input, output, at: this.#at, from: this.#from };
  }

  #authorizationDetails(account: string, resources: readonly [string, Parts][]): Read {
    const of = (type: RegExp) =>
      resources
        .filter(([folder]) => type.test(folder))
        .map(
          ([folder, parts]) =>
            ({ ...parts, metadata: metadataOf(folder, parts) }) as Parts & { metadata: Metadata },
        );
    const groupNames = (arns: unknown) =>
      ((arns as string[] | undefined) ?? []).map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
    const output = {
      UserDetailList: of(/^iam\/user\//).map((parts) => ({
        ...identity(parts, 'User'),
        UserPolicyList: inline(parts),
        GroupList: groupNames(parts.groups),
      })),
      GroupDetailList: of(/^iam\/group\//).map((parts) => ({
        ...identity(parts, 'Group'),
        GroupPolicyList: inline(parts),
      })),
      RoleDetailList: of(/^iam\/role\//).map((parts) => ({
        ...identity(parts, 'Role'),
        AssumeRolePolicyDocument: documentText(parts['trust-policy']),
        RolePolicyList: inline(parts),
        InstanceProfileList: ((parts['instance-profiles'] as string[] | undefined) ?? []).map((Arn) => ({
          Arn,
          InstanceProfileName: Arn.slice(Arn.lastIndexOf('/') + 1),
        })),
      })),
      Policies: of(/^iam\/(?:aws\/)?policy\//).map((parts) => ({
        Arn: parts.metadata.arn,
        PolicyName: parts.metadata.name,
        PolicyId: parts.metadata.id,
        Path: parts.metadata.path,
        DefaultVersionId: parts.metadata.defaultVersionId ?? 'v1',
        PolicyVersionList: [
          {
            VersionId: parts.metadata.defaultVersionId ?? 'v1',
            IsDefaultVersion: true,
            Document: documentText(parts['current-policy'] ?? parts.policy),
          },
        ],
      })),
    };
    return this.#read('iam:GetAccountAuthorizationDetails', account, GLOBAL, output);
  }

  *#keys(account: string, resources: readonly [string, Parts][]): Generator<Read> {
    const lists = new Map<string, object[]>();
    for (const [folder, parts] of resources) {
      const [, region] = /^kms\/([a-z0-9-]+)\/key\//.exec(folder) ?? [];
      if (!region) continue;
      const { arn } = metadataOf(folder, parts);
      const KeyId = asText(arn).slice(asText(arn).lastIndexOf('/') + 1);
      lists.set(region, [...(lists.get(region) ?? []), { KeyId, KeyArn: arn }]);
      if (parts.policy)
        yield this.#read(
          'kms:GetKeyPolicy',
          account,
          region,
          { Policy: documentText(parts.policy), PolicyName: 'default' },
          { KeyId, PolicyName: 'default' },
        );
      const tags = Object.entries((parts.tags as Record<string, string> | undefined) ?? {});
      yield this.#read(
        'kms:ListResourceTags',
        account,
        region,
        { Tags: tags.map(([TagKey, TagValue]) => ({ TagKey, TagValue })) },
        { KeyId },
      );
    }
    for (const [region, Keys] of lists) yield this.#read('kms:ListKeys', account, region, { Keys });
  }

  *#organization(id: string, resources: ReadonlyMap<string, Parts>): Generator<Read> {
    const own = resources.get('') ?? {};
    const metadata = own.metadata as Metadata | undefined;
    const management = asText(metadata?.rootAccountId ?? '');
    if (!/^\d{12}$/.test(management))
      throw new SnapshotError(
        `the iam-collect store's organization ${id} has no metadata.json with a rootAccountId`,
      );
    const read = (operation: string, output: Parts, input?: Read['input']) =>
      this.#read(`organizations:${operation}`, management, GLOBAL, output, input);
    const features = metadata?.features as unknown as Record<string, boolean> | undefined;
    yield read('DescribeOrganization', {
      Organization: { Id: id, Arn: metadata?.arn, FeatureSet: 'ALL', MasterAccountId: management },
    });
    const types = (name: string) => (features?.[name] ? [{ Type: name, Status: 'ENABLED' }] : []);
    yield read('ListRoots', {
      Roots: [
        {
          Id: metadata?.rootOu,
          Name: 'Root',
          PolicyTypes: [...types('SERVICE_CONTROL_POLICY'), ...types('RESOURCE_CONTROL_POLICY')],
        },
      ],
    });
    yield* this.#units(read, own.structure as Structure | undefined, resources);
    yield* this.#controlPolicies(read, own, resources);
  }

  *#units(
    read: MakeRead,
    structure: Structure | undefined,
    resources: ReadonlyMap<string, Parts>,
  ): Generator<Read> {
    for (const [ParentId, { children = {}, accounts = [] }] of Object.entries(structure ?? {})) {
      const units = Object.keys(children).map((Id) => ({
        Id,
        Arn: (resources.get(`ous/${Id}`)?.metadata as Metadata | undefined)?.arn,
        Name: (resources.get(`ous/${Id}`)?.metadata as Metadata | undefined)?.name ?? Id,
      }));
      yield read('ListOrganizationalUnitsForParent', { OrganizationalUnits: units }, { ParentId });
      const Accounts = accounts.map((Arn) => ({
        Id: Arn.slice(Arn.lastIndexOf('/') + 1),
        Arn,
        Status: 'ACTIVE',
      }));
      yield read('ListAccountsForParent', { Accounts }, { ParentId });
      yield* this.#units(read, children, resources);
    }
  }

  *#controlPolicies(read: MakeRead, own: Parts, resources: ReadonlyMap<string, Parts>): Generator<Read> {
    const targets = new Map<string, object[]>();
    for (const [list, Type] of [
      ['ous', undefined],
      ['accounts', 'ACCOUNT'],
    ] as const) {
      for (const [TargetId, { scps = [], rcps = [] }] of Object.entries(
        (own[list] ?? {}) as Record<string, { scps?: string[]; rcps?: string[] }>,
      )) {
        for (const arn of [...scps, ...rcps]) {
          const target = {
            TargetId,
            Type: Type ?? (TargetId.startsWith('r-') ? 'ROOT' : 'ORGANIZATIONAL_UNIT'),
          };
          targets.set(arn, [...(targets.get(arn) ?? []), target]);
        }
      }
    }
    for (const [folder, Type] of [
      ['scps', 'SERVICE_CONTROL_POLICY'],
      ['rcps', 'RESOURCE_CONTROL_POLICY'],
    ] as const) {
      const Policies: object[] = [];
      for (const [path, parts] of resources) {
        if (!path.startsWith(`${folder}/`)) continue;
        const { arn, name, description, awsManaged } = metadataOf(path, parts);
        const Id = asText(arn).slice(asText(arn).lastIndexOf('/') + 1);
        const PolicySummary = {
          Id,
          Arn: arn,
          Name: name,
          Description: description,
          Type,
          AwsManaged: awsManaged,
        };
        Policies.push(PolicySummary);
        if (parts.policy)
          yield read(
            'DescribePolicy',
            { Policy: { PolicySummary, Content: documentText(parts.policy) } },
            { PolicyId: Id },
          );
        yield read('ListTargetsForPolicy', { Targets: targets.get(asText(arn)) ?? [] }, { PolicyId: Id });
      }
      yield read('ListPolicies', { Policies }, { Filter: Type });
    }
  }
}

type MakeRead = (operation: string, output: Parts, input?: Read['input']) => Read;
type Structure = Readonly<
  Record<string, { readonly children?: Structure; readonly accounts?: readonly string[] }>
>;

function metadataOf(folder: string, parts: Parts): Metadata {
  const metadata = parts.metadata as Metadata | undefined;
  if (typeof metadata?.arn !== 'string' || !parseArn(metadata.arn)) {
    throw new SnapshotError(`the iam-collect store is damaged: ${folder} has no metadata.json with an arn`);
  }
  return metadata;
}

function inline(parts: Parts): object[] {
  const policies =
    (parts['inline-policies'] as { PolicyName: string; PolicyDocument: unknown }[] | undefined) ?? [];
  return policies.map(({ PolicyName, PolicyDocument }) => ({
    PolicyName,
    PolicyDocument: documentText(PolicyDocument),
  }));
}

function identity(parts: Parts & { metadata: Metadata }, kind: 'User' | 'Group' | 'Role'): Parts {
  const { arn, name, id, path, created, permissionBoundary } = parts.metadata;
  const tags = Object.entries((parts.tags as Record<string, string> | undefined) ?? {});
  return {
    Arn: arn,
    [`${kind}Name`]: name,
    [`${kind}Id`]: id,
    Path: path ?? '/',
    CreateDate: created,
    Tags: tags.map(([Key, Value]) => ({ Key, Value })),
    AttachedManagedPolicies: ((parts['managed-policies'] as string[] | undefined) ?? []).map((PolicyArn) => ({
      PolicyArn,
      PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
    })),
    ...(permissionBoundary && {
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: permissionBoundary },
    }),
  };
}
