#!/usr/bin/env python3
"""John's story with boto3, against a server of its own:

    npx latchkey exec --ephemeral -- python3 examples/johns_story.py

The encrypted volume comes with the launch; with the argument "attach" it is made and attached afterwards.
"""

import json
import subprocess
import sys
import time

import boto3
from botocore.exceptions import ClientError

DEVICE = "/dev/sdf"

ec2 = boto3.client("ec2")
kms = boto3.client("kms")
iam = boto3.client("iam")
cloudtrail = boto3.client("cloudtrail")


def instance():
    reservations = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"]
    return reservations[0]["Instances"][0]


def until_rest():
    """Waits until the instance is running or stopped, and tells which."""
    for _ in range(400):
        state = instance()["State"]["Name"]
        if state in ("running", "stopped"):
            return state
        time.sleep(0.05)
    raise TimeoutError(f"{instance_id} does not come to rest")


def until_volume(state):
    for _ in range(400):
        if ec2.describe_volumes(VolumeIds=[volume_id])["Volumes"][0]["State"] == state:
            return
        time.sleep(0.05)
    raise TimeoutError(f"{volume_id} does not become {state}")


def explain(*options):
    command = ["npx", "latchkey", "explain", instance_id, *options]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    # Its exit code says that the call was refused.
    if done.returncode not in (0, 1):
        raise RuntimeError(f"latchkey explain ended with {done.returncode}")
    return done.stdout


key = kms.create_key(Description="data volumes")["KeyMetadata"]["Arn"]
print("key:", key)
launch = {
    "ImageId": ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"],
    "InstanceType": "t3.micro",
    "MinCount": 1,
    "MaxCount": 1,
}
if sys.argv[1:] == ["attach"]:
    instance_id = ec2.run_instances(**launch)["Instances"][0]["InstanceId"]
    until_rest()
    zone = instance()["Placement"]["AvailabilityZone"]
    volume = ec2.create_volume(AvailabilityZone=zone, Size=1, Encrypted=True, KmsKeyId=key)
    volume_id = volume["VolumeId"]
    until_volume("available")
    ec2.attach_volume(VolumeId=volume_id, InstanceId=instance_id, Device=DEVICE)
else:
    data = {"DeviceName": DEVICE, "Ebs": {"VolumeSize": 1, "Encrypted": True, "KmsKeyId": key}}
    launched = ec2.run_instances(**launch, BlockDeviceMappings=[data])
    instance_id = launched["Instances"][0]["InstanceId"]
    until_rest()
    mappings = instance()["BlockDeviceMappings"]
    volume_id = next(each["Ebs"]["VolumeId"] for each in mappings if each["DeviceName"] == DEVICE)
ec2.stop_instances(InstanceIds=[instance_id])
print("instance:", instance_id, "is", until_rest())
print("volume:", volume_id)

# John may do everything in EC2, and nothing else.
everything_in_ec2 = {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"}
iam.create_user(UserName="john")
iam.put_user_policy(
    UserName="john",
    PolicyName="ec2-all",
    PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything_in_ec2]}),
)
access_key = iam.create_access_key(UserName="john")["AccessKey"]
john = boto3.Session(
    aws_access_key_id=access_key["AccessKeyId"],
    aws_secret_access_key=access_key["SecretAccessKey"],
)
johns_ec2 = john.client("ec2")

started = johns_ec2.start_instances(InstanceIds=[instance_id])["StartingInstances"][0]
print("john starts it:", started["CurrentState"]["Name"])
print("and it is:", until_rest())
print("StateReason: {Code}|{Message}".format(**instance()["StateReason"]))
print("StateTransitionReason:", instance()["StateTransitionReason"])

by_name = {"AttributeKey": "EventName", "AttributeValue": "CreateGrant"}
events = cloudtrail.lookup_events(LookupAttributes=[by_name], MaxResults=1)["Events"]
print("CloudTrail:", events[0]["CloudTrailEvent"])

ec2.detach_volume(VolumeId=volume_id)
until_volume("available")
johns_ec2.start_instances(InstanceIds=[instance_id])
print("without the volume:", until_rest())
johns_ec2.stop_instances(InstanceIds=[instance_id])
until_rest()
ec2.attach_volume(VolumeId=volume_id, InstanceId=instance_id, Device=DEVICE)

print(explain())
policy = json.loads(explain("--json"))["remedies"][0]["document"]
iam.put_user_policy(
    UserName="john", PolicyName="start-encrypted", PolicyDocument=json.dumps(policy)
)
johns_ec2.start_instances(InstanceIds=[instance_id])
print("with that policy:", until_rest())
for grant in kms.list_grants(KeyId=key)["Grants"]:
    if grant["Constraints"].get("EncryptionContextSubset") == {"aws:ebs:id": volume_id}:
        print("grant:", grant["GranteePrincipal"], *grant["Operations"])

try:
    arn = john.client("sts").get_caller_identity()["Arn"]
    john.client("kms").create_grant(KeyId=key, GranteePrincipal=arn, Operations=["Decrypt"])
    print("john himself: he can")
except ClientError as error:
    print("john himself:", error)
