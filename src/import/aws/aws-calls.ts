/** How an import asks AWS: what sdk.ts does with the real SDK. */
export interface AwsCall {
  /** `kms` */
  readonly service: string;
  /** `GetKeyPolicy` */
  readonly operation: string;
  readonly region: string;
  readonly input: object;
  /** ARN of the role in whose name it is made; in that of the credential chain itself where absent. */
  readonly role?: string;
}

export interface AwsCalls {
  call(call: AwsCall): Promise<object>;
  /** The Region of the profile or the environment. */
  homeRegion(): Promise<string>;
  close(): void;
}
