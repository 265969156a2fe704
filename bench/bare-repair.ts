import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribePodIdentityAssociationCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { physicalName } from '#shared/runtime/names.ts';
import { HUB, INSTALLATION, REGIONS, rightAssociation } from '#test/scale/scale-fleet.ts';
import type { ScaleHub } from '#test/scale/scale-hub.ts';
import { associationsOf } from './fleet-associations.ts';

/** The calls of a repair by a plain script: the same to the registry and to EKS, one after the other. */
export class BareRepair {
  readonly #hub: ScaleHub;
  readonly #client: DynamoDBClient;
  readonly #documents: DynamoDBDocumentClient;
  readonly #table = physicalName(INSTALLATION, 'registry');
  #serial = 0;

  constructor(hub: ScaleHub) {
    this.#hub = hub;
    this.#client = new DynamoDBClient({
      endpoint: hub.played.url,
      region: REGIONS[0],
      credentials: { accessKeyId: HUB, secretAccessKey: 'any' },
    });
    this.#documents = DynamoDBDocumentClient.from(this.#client);
  }

  /** Milliseconds for one. */
  async repairAll(): Promise<number> {
    const all = associationsOf(this.#hub);
    const began = performance.now();
    for (const [cluster, { associationId, namespace, serviceAccount }] of all) {
      const at = { clusterName: cluster.name, associationId };
      const { roleArn } = rightAssociation(cluster, { namespace, serviceAccount });
      await this.#read();
      await this.#read();
      await this.#hub.eks(cluster).send(new DescribePodIdentityAssociationCommand(at));
      await this.#query('BRAKE');
      await this.#write(4);
      await this.#hub.eks(cluster).send(new UpdatePodIdentityAssociationCommand({ ...at, roleArn }));
      await this.#write(5);
    }
    return (performance.now() - began) / all.length;
  }

  /** What the registry has of the associations of the fleet. */
  async registryItems(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const items = this.#hub.clusters.map(async (cluster) => {
      const { arn, createdAt } = this.#hub.stateOf(cluster);
      return await this.#query(`C#${arn}#${createdAt}`);
    });
    return (await Promise.all(items)).flat();
  }

  end(): void {
    this.#client.destroy();
  }

  async #read(): Promise<void> {
    const Keys = ['a', 'b', 'c'].map((sk) => ({ pk: 'BARE', sk }));
    const RequestItems = { [this.#table]: { Keys, ConsistentRead: true } };
    await this.#documents.send(new BatchGetCommand({ RequestItems }));
  }

  async #query(partition: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const { Items = [] } = await this.#documents.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': partition },
        ConsistentRead: true,
      }),
    );
    return Items;
  }

  async #write(size: number): Promise<void> {
    this.#serial += 1;
    const TransactItems = Array.from({ length: size }, (_, index) => ({
      Put: { TableName: this.#table, Item: { pk: 'BARE', sk: `${index}`, data: 'x'.repeat(400) } },
    }));
    const ClientRequestToken = `bare-${this.#serial}`;
    await this.#documents.send(new TransactWriteCommand({ TransactItems, ClientRequestToken }));
  }
}
