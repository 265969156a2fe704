/**
 * The tags by which Rolecall marks what it manages. Written down here once more, because the sandbox takes nothing from
 * the product it is there to test.
 */
export const INSTALLATION_TAG = 'rolecall.dev/installation';
export const MAPPING_TAG = 'rolecall.dev/mapping';
export const CLUSTER_SET_TAG = 'rolecall.dev/cluster-set';

/** The tags of an association that an installation manages. */
export function managedTags(
  installation: string,
  clusterTags: Readonly<Record<string, string>>,
  key: string,
): Readonly<Record<string, string>> {
  const clusterSet = clusterTags[CLUSTER_SET_TAG] ?? 'default';
  return { [INSTALLATION_TAG]: installation, [MAPPING_TAG]: `${clusterSet}/${key}` };
}
