/** Stacks of a real account: parameters, exports and imports, secrets, conditions, and what only refers to them. */
import * as cloudformation from '@aws-sdk/client-cloudformation';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { TestServer } from '../worlds/server.ts';

/** Nobody may find it in a snapshot. */
export const SECRET = 'hunter2-of-the-account';

export const BASE = `# how keys are made
Parameters:
  Team: {Type: String, Default: storage}
  Password: {Type: String, NoEcho: true, Default: ${SECRET}}
  Size: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /base/size}
Conditions:
  HasGroup: !Equals [!Ref Team, nobody]
Resources:
  Key:
    Type: AWS::KMS::Key
    DeletionPolicy: Retain
    Properties:
      Description: !Sub 'of \${Team}'
      KeyPolicy:
        Statement:
          - {Effect: Allow, Principal: {AWS: !Sub 'arn:aws:iam::\${AWS::AccountId}:root'}, Action: 'kms:*', Resource: '*'}
          - {Effect: Allow, Principal: {AWS: !GetAtt Role.Arn}, Action: 'kms:Decrypt', Resource: '*'}
  Alias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: alias/base, TargetKeyId: !Ref Key}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: 'sts:AssumeRole'}]
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        InstanceType: !Sub '\${Size}'
        UserData:
          Fn::Base64: !Sub |
            #!/bin/sh
            echo ${SECRET} \${Password}
  Note:
    Type: AWS::SSM::Parameter
    Properties: {Name: /base/note, Type: String, Value: !Ref Password}
  Group:
    Type: AWS::Logs::LogGroup
    Condition: HasGroup
Outputs:
  KeyArn:
    Value: !GetAtt Key.Arn
    Export: {Name: base-key}
  Word: {Value: !Sub 'is \${Team}'}
`;

const USING = `
Resources:
  Volume:
    Type: AWS::EC2::Volume
    Properties:
      AvailabilityZone: !Select [0, !GetAZs '']
      Size: 1
      Encrypted: true
      KmsKeyId: !ImportValue base-key
`;

/** As an account has them beside ours: a function, which Latchkey does not serve, and a key that names its role. */
export const MIXED = `
Description: mixed
Parameters:
  Words: {Type: String, Default: plain}
Resources:
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: resize
      Handler: one
      Role: !GetAtt Role.Arn
      Environment: {Variables: {TOKEN: ${SECRET}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Description: !Ref Words
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      Policies:
        - PolicyName: queue
          PolicyDocument:
            Statement: [{Effect: Allow, Action: 'kms:Decrypt', Resource: [!GetAtt Queue.Arn, !GetAtt Machine.Arn]}]
  Queue:
    Type: AWS::SQS::Queue
  Machine:
    Type: Custom::Machine
    Properties: {ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:other'}
Outputs:
  FunctionArn: {Value: !GetAtt Function.Arn}
  Queue: {Value: !GetAtt Queue.Arn}
  Machine: {Value: !Sub 'at \${Machine.Arn}'}
`;

export async function enrichStacks(server: TestServer): Promise<void> {
  const client = server.client(cloudformation.CloudFormationClient);
  await server
    .client(SSMClient)
    .send(new PutParameterCommand({ Name: '/base/size', Type: 'String', Value: 't3.small' }));
  const create = async (StackName: string, TemplateBody: string, others: object = {}) => {
    await client.send(new cloudformation.CreateStackCommand({ StackName, TemplateBody, ...others }));
    await server.settled();
  };
  await create('base', BASE, {
    Capabilities: ['CAPABILITY_IAM'],
    Tags: [{ Key: 'team', Value: 'storage' }],
    RollbackConfiguration: { MonitoringTimeInMinutes: 5 },
    StackPolicyBody:
      '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"Update:*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"Update:*","Resource":"LogicalResourceId/Alias"}]}',
  });
  await create('using', USING, { EnableTerminationProtection: true });
}
