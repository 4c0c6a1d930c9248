/** What is served of the network. */
import type { Operation } from '../../../invoke/operation.ts';
import attachInternetGateway from './internet-gateway/AttachInternetGateway.ts';
import createInternetGateway from './internet-gateway/CreateInternetGateway.ts';
import deleteInternetGateway from './internet-gateway/DeleteInternetGateway.ts';
import describeInternetGateways from './internet-gateway/DescribeInternetGateways.ts';
import detachInternetGateway from './internet-gateway/DetachInternetGateway.ts';
import describeNetworkAcls from './network-acl/DescribeNetworkAcls.ts';
import attachNetworkInterface from './network-interface/AttachNetworkInterface.ts';
import createNetworkInterface from './network-interface/CreateNetworkInterface.ts';
import deleteNetworkInterface from './network-interface/DeleteNetworkInterface.ts';
import describeNetworkInterfaceAttribute from './network-interface/DescribeNetworkInterfaceAttribute.ts';
import describeNetworkInterfaces from './network-interface/DescribeNetworkInterfaces.ts';
import detachNetworkInterface from './network-interface/DetachNetworkInterface.ts';
import modifyNetworkInterfaceAttribute from './network-interface/ModifyNetworkInterfaceAttribute.ts';
import associateRouteTable from './route-table/AssociateRouteTable.ts';
import createRoute from './route-table/CreateRoute.ts';
import createRouteTable from './route-table/CreateRouteTable.ts';
import deleteRoute from './route-table/DeleteRoute.ts';
import deleteRouteTable from './route-table/DeleteRouteTable.ts';
import describeRouteTables from './route-table/DescribeRouteTables.ts';
import disassociateRouteTable from './route-table/DisassociateRouteTable.ts';
import authorizeSecurityGroupEgress from './security-group/AuthorizeSecurityGroupEgress.ts';
import authorizeSecurityGroupIngress from './security-group/AuthorizeSecurityGroupIngress.ts';
import createSecurityGroup from './security-group/CreateSecurityGroup.ts';
import deleteSecurityGroup from './security-group/DeleteSecurityGroup.ts';
import describeSecurityGroupRules from './security-group/DescribeSecurityGroupRules.ts';
import describeSecurityGroups from './security-group/DescribeSecurityGroups.ts';
import modifySecurityGroupRules from './security-group/ModifySecurityGroupRules.ts';
import revokeSecurityGroupEgress from './security-group/RevokeSecurityGroupEgress.ts';
import revokeSecurityGroupIngress from './security-group/RevokeSecurityGroupIngress.ts';
import updateSecurityGroupRuleDescriptionsEgress from './security-group/UpdateSecurityGroupRuleDescriptionsEgress.ts';
import updateSecurityGroupRuleDescriptionsIngress from './security-group/UpdateSecurityGroupRuleDescriptionsIngress.ts';
import createSubnet from './subnet/CreateSubnet.ts';
import deleteSubnet from './subnet/DeleteSubnet.ts';
import describeSubnets from './subnet/DescribeSubnets.ts';
import modifySubnetAttribute from './subnet/ModifySubnetAttribute.ts';
import createVpc from './vpc/CreateVpc.ts';
import deleteVpc from './vpc/DeleteVpc.ts';
import describeAccountAttributes from './vpc/DescribeAccountAttributes.ts';
import describeDhcpOptions from './vpc/DescribeDhcpOptions.ts';
import describeVpcAttribute from './vpc/DescribeVpcAttribute.ts';
import describeVpcs from './vpc/DescribeVpcs.ts';
import modifyVpcAttribute from './vpc/ModifyVpcAttribute.ts';

export const networkOperations: readonly Operation[] = [
  associateRouteTable,
  attachInternetGateway,
  attachNetworkInterface,
  authorizeSecurityGroupEgress,
  authorizeSecurityGroupIngress,
  createInternetGateway,
  createNetworkInterface,
  createRoute,
  createRouteTable,
  createSecurityGroup,
  createSubnet,
  createVpc,
  deleteInternetGateway,
  deleteNetworkInterface,
  deleteRoute,
  deleteRouteTable,
  deleteSecurityGroup,
  deleteSubnet,
  deleteVpc,
  describeAccountAttributes,
  describeDhcpOptions,
  describeInternetGateways,
  describeNetworkAcls,
  describeNetworkInterfaceAttribute,
  describeNetworkInterfaces,
  describeRouteTables,
  describeSecurityGroupRules,
  describeSecurityGroups,
  describeSubnets,
  describeVpcAttribute,
  describeVpcs,
  detachInternetGateway,
  detachNetworkInterface,
  disassociateRouteTable,
  modifyNetworkInterfaceAttribute,
  modifySecurityGroupRules,
  modifySubnetAttribute,
  modifyVpcAttribute,
  revokeSecurityGroupEgress,
  revokeSecurityGroupIngress,
  updateSecurityGroupRuleDescriptionsEgress,
  updateSecurityGroupRuleDescriptionsIngress,
];
