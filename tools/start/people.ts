import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
  type PodIdentityAssociation,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { ServiceAccountKey } from '#shared/domain/key.ts';
import { PEOPLE_ROLE } from './fleet.ts';

/** Where something is. */
export interface Spot {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
}

/** Somebody with an AWS client, who knows nothing of Rolecall. Errors of AWS escape as the SDK throws them. */
export class Person {
  readonly name: string;
  private readonly eks: EKSClient;
  private readonly iam: IAMClient;

  private constructor(name: string, eks: EKSClient, iam: IAMClient) {
    this.name = name;
    this.eks = eks;
    this.iam = iam;
  }

  /** Signs somebody in to an account, under a name that CloudTrail will tell. */
  static async signIn(
    name: string,
    { endpoint, account, region }: { endpoint: string; account: string; region: string },
  ): Promise<Person> {
    const root = { accessKeyId: account, secretAccessKey: 'sandbox' };
    const sts = new STSClient({ endpoint, region, credentials: root, maxAttempts: 1 });
    const RoleArn = `arn:aws:iam::${account}:role/${PEOPLE_ROLE}`;
    const { Credentials: session } = await sts.send(
      new AssumeRoleCommand({ RoleArn, RoleSessionName: name }),
    );
    sts.destroy();
    const {
      AccessKeyId: accessKeyId = '',
      SecretAccessKey: secretAccessKey = '',
      SessionToken,
    } = session ?? {};
    const credentials = {
      accessKeyId,
      secretAccessKey,
      ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    };
    const config = { endpoint, credentials, maxAttempts: 1 };
    return new Person(
      name,
      new EKSClient({ ...config, region }),
      new IAMClient({ ...config, region: 'us-east-1' }),
    );
  }

  /** The association of a service account; `undefined` when there is none. */
  async find(clusterName: string, key: ServiceAccountKey): Promise<PodIdentityAssociation | undefined> {
    const list = await this.eks.send(new ListPodIdentityAssociationsCommand({ clusterName, ...key }));
    const [summary] = list.associations ?? [];
    if (summary === undefined) return undefined;
    const { associationId } = summary;
    const command = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
    return (await this.eks.send(command)).association;
  }

  async swapRole(clusterName: string, associationId: string, roleArn: string): Promise<void> {
    await this.eks.send(new UpdatePodIdentityAssociationCommand({ clusterName, associationId, roleArn }));
  }

  async remove(clusterName: string, associationId: string): Promise<void> {
    await this.eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  }

  async create(clusterName: string, key: ServiceAccountKey, roleArn: string): Promise<string> {
    const command = new CreatePodIdentityAssociationCommand({ clusterName, ...key, roleArn });
    return (await this.eks.send(command)).association?.associationId ?? '';
  }

  /** The trust policy of a role, as JSON. */
  async trustOf(roleName: string): Promise<string> {
    const { Role } = await this.iam.send(new GetRoleCommand({ RoleName: roleName }));
    return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? '');
  }

  async setTrust(roleName: string, trust: string): Promise<void> {
    await this.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: roleName, PolicyDocument: trust }));
  }

  signOut(): void {
    this.eks.destroy();
    this.iam.destroy();
  }
}
