/** How an import asks AWS: what sdk.ts does with the real SDK. */
export interface RoleCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface AwsCall {
  /** `kms` */
  readonly service: string;
  /** `GetKeyPolicy` */
  readonly operation: string;
  readonly region: string;
  readonly input: object;
  /** Of a role in another account; the credential chain's own where absent. */
  readonly credentials?: RoleCredentials;
}

export interface AwsCalls {
  call(call: AwsCall): Promise<object>;
  /** The Region of the profile or the environment. */
  homeRegion(): Promise<string>;
  close(): void;
}
