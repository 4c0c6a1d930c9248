/** Every word that ARNs and tag specifications have for what is served; tag/taggable.ts must know each. */
export type ResourceType =
  | 'elastic-ip'
  | 'image'
  | 'instance'
  | 'internet-gateway'
  | 'key-pair'
  | 'launch-template'
  | 'natgateway'
  | 'network-acl'
  | 'network-interface'
  | 'replace-root-volume-task'
  | 'route-table'
  | 'security-group'
  | 'security-group-rule'
  | 'snapshot'
  | 'subnet'
  | 'volume'
  | 'vpc';
