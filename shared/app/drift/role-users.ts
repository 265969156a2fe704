import { KEYS_A_MESSAGE } from '#events/messages/keys-a-message.ts';
import type { ReconcileKey, ReconcileMessage } from '#events/messages/reconcile-message.ts';
import type { Affected, Cause } from '#shared/domain/registry/cause.ts';
import { chunksOf } from './chunks-of.ts';

/** Who uses a role, by cluster: a key once, whatever it uses the role as. */
export class RoleUsers {
  readonly #partition: string;
  readonly #clusters = new Map<
    string,
    { cluster: ReconcileMessage['cluster']; keys: Map<string, ReconcileKey> }
  >();

  constructor(partition: string) {
    this.#partition = partition;
  }

  add({ clusterArn: arn, clusterCreatedAt, namespace, serviceAccount }: RoleUserKey): void {
    const [, partition, , region, account, resource] = arn.split(':');
    const name = resource?.split('/')[1];
    if (partition !== this.#partition || !region || !account || !name) return;
    const life = `${arn} ${clusterCreatedAt}`;
    const cluster = { partition, account, region, name, createdAt: clusterCreatedAt };
    const known = this.#clusters.get(life) ?? { cluster, keys: new Map<string, ReconcileKey>() };
    known.keys.set(`${namespace}/${serviceAccount}`, { namespace, serviceAccount });
    this.#clusters.set(life, known);
  }

  /** How many there are: whoever is told of the change once is told that. */
  get affected(): Affected {
    const clusters = [...this.#clusters.values()];
    const serviceAccounts = clusters.reduce((sum, { keys }) => sum + keys.size, 0);
    return { serviceAccounts, clusters: clusters.length };
  }

  messages(event: Cause, why: string): readonly ReconcileMessage[] {
    const cause = { ...event, affected: this.affected };
    return [...this.#clusters.values()].flatMap(({ cluster, keys }) =>
      chunksOf([...keys.values()], KEYS_A_MESSAGE).map(
        (some): ReconcileMessage => ({ version: 1, cluster, keys: [...some], why, cause, roleChanged: true }),
      ),
    );
  }
}

interface RoleUserKey {
  readonly clusterArn: string;
  readonly clusterCreatedAt: number;
  readonly namespace: string;
  readonly serviceAccount: string;
}
