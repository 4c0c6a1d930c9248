/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-prefixlist.html */
import type { JsonObject } from '../template/json.ts';
import { updateTags } from './ec2-tags.ts';
import { TAGS } from './properties.ts';
import type { ResourceContext, ResourceType } from './resource-type.ts';
import { tagsOf } from './tags.ts';

interface Entry {
  readonly Cidr: string;
  readonly Description?: string;
}

const entriesOf = ({ Entries = [] }: JsonObject) => Entries as unknown as Entry[];

async function find({ call }: ResourceContext, id: string) {
  const { PrefixLists: [list] = [] } = await call('ec2', 'DescribeManagedPrefixLists', {
    PrefixListIds: [id],
  });
  return list;
}

export const prefixList: ResourceType = {
  name: 'AWS::EC2::PrefixList',
  properties: {
    AddressFamily: { type: 'String', required: true, change: 'replacement' },
    Entries: {
      type: {
        list: { object: { Cidr: { type: 'String', required: true }, Description: { type: 'String' } } },
      },
    },
    MaxEntries: { type: 'Integer' },
    PrefixListName: { type: 'String', required: true },
    Tags: TAGS,
  },
  attributes: ['Arn', 'OwnerId', 'PrefixListId', 'Version'],

  async create({ call, token }, properties) {
    const entries = entriesOf(properties);
    const { PrefixList: made } = await call('ec2', 'CreateManagedPrefixList', {
      ClientToken: token,
      PrefixListName: properties.PrefixListName as string,
      AddressFamily: properties.AddressFamily as string,
      MaxEntries: (properties.MaxEntries as number) ?? Math.max(1, entries.length),
      Entries: entries,
      TagSpecifications: [{ ResourceType: 'prefix-list', Tags: tagsOf(properties) }],
    });
    return made?.PrefixListId as string;
  },

  async read(ctx, { physicalId }) {
    const list = await find(ctx, physicalId);
    return {
      PrefixListId: physicalId,
      Arn: list?.PrefixListArn ?? '',
      OwnerId: list?.OwnerId ?? '',
      Version: list?.Version ?? 1,
    };
  },

  async update(ctx, { physicalId, properties: from }, to) {
    const kept = new Set(entriesOf(to).map(({ Cidr }) => Cidr));
    await ctx.call('ec2', 'ModifyManagedPrefixList', {
      PrefixListId: physicalId,
      PrefixListName: to.PrefixListName as string,
      MaxEntries: to.MaxEntries as number | undefined,
      AddEntries: entriesOf(to),
      RemoveEntries: entriesOf(from)
        .filter(({ Cidr }) => !kept.has(Cidr))
        .map(({ Cidr }) => ({ Cidr })),
    });
    await updateTags(ctx, physicalId, from, to);
  },

  async delete({ call }, { physicalId: PrefixListId }) {
    await call('ec2', 'DeleteManagedPrefixList', { PrefixListId });
  },
};
