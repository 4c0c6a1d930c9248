/**
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html. The prices are made up and never
 * change, so each has one entry, of when the time asked for begins.
 */
import { AwsError } from '../../../aws/aws-error.ts';
import type { DescribeSpotPriceHistoryRequest } from '../../../shapes/generated/ec2.ts';
import { type FilterFields, filtersTest } from '../describe/filter.ts';
import { pageOf } from '../describe/page.ts';
import { ec2 } from '../ec2.ts';
import { instanceTypeNames, requireInstanceType } from '../instance/instance-type.ts';
import { findZone, type Zone, zonesOf } from '../region/region.ts';
import { accountCheck } from '../resource/kind.ts';
import { secondsText, wholeSeconds } from '../whole-seconds.ts';
import { showPrice, spotPrice } from './spot-price.ts';

const PRODUCTS = ['Linux/UNIX', 'Red Hat Enterprise Linux', 'SUSE Linux', 'Windows'];
/** The same products, as accounts of EC2-Classic had them. */
const vpcProduct = (name: string) => name.replace(/ \(Amazon VPC\)$/, '');

interface PriceEntry {
  readonly zone: Zone;
  readonly instanceType: string;
  readonly product: string;
  readonly price: string;
  readonly atMs: number;
}

const fields: FilterFields<PriceEntry> = {
  'availability-zone': ({ zone }) => zone.name,
  'availability-zone-id': ({ zone }) => zone.id,
  'instance-type': ({ instanceType }) => instanceType,
  'product-description': ({ product }) => [product, `${product} (Amazon VPC)`],
  'spot-price': ({ price }) => price,
  timestamp: ({ atMs }) => secondsText(atMs),
};

export default ec2.operation('DescribeSpotPriceHistory', {
  readOnly: true,
  checks: (context) => ({ describe: accountCheck(context, 'ec2:DescribeSpotPriceHistory') }),
  execute(context, input) {
    const found = entries(context.region, input, context.nowMs).filter(filtersTest(input.Filters, fields));
    const idOf = ({ instanceType, product, zone }: PriceEntry) => `${instanceType} ${product} ${zone.name}`;
    const page = pageOf(found, idOf, input, { min: 1, otherwise: 1000 });
    return {
      SpotPriceHistory: page.items.map(({ zone, instanceType, product, price, atMs }) => ({
        AvailabilityZone: zone.name,
        AvailabilityZoneId: zone.id,
        InstanceType: instanceType,
        ProductDescription: product,
        SpotPrice: price,
        Timestamp: wholeSeconds(atMs),
      })),
      // AWS ends with an empty token.
      NextToken: page.nextToken ?? '',
    };
  },
});

function entries(region: string, input: DescribeSpotPriceHistoryRequest, nowMs: number): PriceEntry[] {
  const { StartTime: startMs = nowMs, EndTime: endMs = nowMs, InstanceTypes: named } = input;
  if (startMs > endMs) {
    throw new AwsError('InvalidParameterValue', 'The start time must not be later than the end time.');
  }
  const types = named?.length
    ? [...new Set(named)].map((name) => requireInstanceType(name).name)
    : instanceTypeNames();
  const asked = input.ProductDescriptions?.map(vpcProduct);
  const products = PRODUCTS.filter((product) => !asked?.length || asked.includes(product));
  return types.toSorted().flatMap((instanceType) =>
    products.flatMap((product) =>
      zonesAsked(region, input).map((zone) => ({
        zone,
        instanceType,
        product,
        price: showPrice(spotPrice(instanceType, zone.name)),
        atMs: startMs,
      })),
    ),
  );
}

function zonesAsked(
  region: string,
  { AvailabilityZone: name, AvailabilityZoneId: id }: DescribeSpotPriceHistoryRequest,
): readonly Zone[] {
  if (!name && !id) return zonesOf(region);
  const zone = findZone(region, { name, id });
  if (zone) return [zone];
  throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${name ?? id}]`);
}
