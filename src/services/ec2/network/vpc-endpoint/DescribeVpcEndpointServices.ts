/** The services of AWS, and the account's own: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointServices.html */
import { AwsError } from '../../../../aws/aws-error.ts';
import type { ServiceDetail } from '../../../../shapes/generated/ec2.ts';
import { type FilterFields, filtersTest } from '../../describe/filter.ts';
import { pageOf } from '../../describe/page.ts';
import { ec2 } from '../../ec2.ts';
import { accountCheck, listResources } from '../../resource/kind.ts';
import { showServiceDetail, vpcEndpointServiceKind } from '../vpc-endpoint-service/vpc-endpoint-service.ts';
import { showEndpointServices } from './endpoint-service.ts';

export default ec2.operation('DescribeVpcEndpointServices', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeVpcEndpointServices') }),
  async execute(context, input) {
    const { region, tx } = context;
    const own = (await listResources(tx, vpcEndpointServiceKind, context)).map(showServiceDetail);
    const isHere = !input.ServiceRegions?.length || input.ServiceRegions.includes(region);
    const all = isHere ? [...showEndpointServices(region), ...own].sort(byPlace) : [];
    const { ServiceNames: names } = input;
    const unknown = names?.find((name) => !all.some(({ ServiceName }) => ServiceName === name));
    if (unknown) {
      throw new AwsError('InvalidServiceName', `The Vpc Endpoint Service '${unknown}' does not exist`);
    }
    const wanted = all.filter(({ ServiceName: name = '' }) => !names?.length || names.includes(name));
    const page = pageOf(wanted.filter(filtersTest(input.Filters, fields)), placeOf, input, {
      min: 5,
      max: 1000,
    });
    return {
      ServiceNames: [...new Set(page.items.map(({ ServiceName }) => ServiceName as string))],
      ServiceDetails: [...page.items],
      NextToken: page.nextToken,
    };
  },
});

const placeOf = ({ ServiceName, ServiceType }: ServiceDetail) =>
  `${ServiceName} ${ServiceType?.[0]?.ServiceType}`;

const byPlace = (one: ServiceDetail, other: ServiceDetail) => (placeOf(one) < placeOf(other) ? -1 : 1);

const fields: FilterFields<ServiceDetail> = {
  owner: ({ Owner }) => Owner,
  'service-name': ({ ServiceName }) => ServiceName,
  'service-region': ({ ServiceRegion }) => ServiceRegion,
  'service-type': ({ ServiceType }) => ServiceType?.map((each) => each.ServiceType),
  'supported-ip-address-types': ({ SupportedIpAddressTypes }) => SupportedIpAddressTypes,
};
