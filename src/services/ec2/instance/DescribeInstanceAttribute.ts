/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html */
import type { DescribeInstanceAttributeRequest, InstanceAttribute } from '../../../shapes/generated/ec2.ts';
import type { ReadTransaction } from '../../../store/store.ts';
import { ec2 } from '../ec2.ts';
import { resourceCheck } from '../resource/kind.ts';
import { type InstanceRecord, instanceKind } from './instance.ts';
import { readInstanceRelations } from './instance-relations.ts';
import { showEnclaves } from './launch-options.ts';
import { showMapping } from './show-instance.ts';

type Show = (tx: ReadTransaction, instance: InstanceRecord) => InstanceAttribute | Promise<InstanceAttribute>;

const ATTRIBUTES: Readonly<Record<DescribeInstanceAttributeRequest['Attribute'], Show>> = {
  blockDeviceMapping: async (tx, instance) => {
    const relations = await readInstanceRelations(tx, instance, instance.id);
    const mappings = relations.volumes(instance.id).map((volume) => showMapping(volume, instance.id));
    return { BlockDeviceMappings: mappings };
  },
  disableApiStop: (_tx, { disableApiStop }) => ({ DisableApiStop: { Value: disableApiStop } }),
  disableApiTermination: (_tx, { disableApiTermination }) => ({
    DisableApiTermination: { Value: disableApiTermination },
  }),
  ebsOptimized: (_tx, { ebsOptimized }) => ({ EbsOptimized: { Value: ebsOptimized } }),
  enaSupport: () => ({ EnaSupport: { Value: true } }),
  enclaveOptions: (_tx, instance) => ({ EnclaveOptions: showEnclaves(instance) }),
  groupSet: async (tx, instance) => {
    const { interfaces } = await readInstanceRelations(tx, instance, instance.id);
    return { Groups: interfaces(instance.id)[0]?.groupIds.map((GroupId) => ({ GroupId })) ?? [] };
  },
  instanceInitiatedShutdownBehavior: (_tx, { shutdownBehavior }) => ({
    InstanceInitiatedShutdownBehavior: { Value: shutdownBehavior },
  }),
  instanceType: (_tx, { type }) => ({ InstanceType: { Value: type } }),
  kernel: () => ({ KernelId: {} }),
  productCodes: () => ({ ProductCodes: [] }),
  ramdisk: () => ({ RamdiskId: {} }),
  rootDeviceName: (_tx, { rootDeviceName }) => ({ RootDeviceName: { Value: rootDeviceName } }),
  sourceDestCheck: (_tx, { sourceDestCheck }) => ({ SourceDestCheck: { Value: sourceDestCheck } }),
  sriovNetSupport: () => ({ SriovNetSupport: { Value: 'simple' } }),
  userData: (_tx, { userData }) => ({ UserData: userData === undefined ? {} : { Value: userData } }),
};

export default ec2.operation('DescribeInstanceAttribute', {
  readOnly: true,
  dryRunFirst: true,
  async checks(context, input) {
    return {
      instance: await resourceCheck(
        context,
        instanceKind,
        'ec2:DescribeInstanceAttribute',
        input.InstanceId,
        () => ({
          'ec2:Attribute': input.Attribute,
        }),
      ),
    };
  },
  async execute(context, input, { instance }) {
    const shown = await ATTRIBUTES[input.Attribute](context.tx, instance.record);
    return { InstanceId: instance.record.id, ...shown };
  },
});
