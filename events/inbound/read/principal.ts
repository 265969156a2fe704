import type { Principal } from '#shared/domain/principal.ts';
import { asAccount, asObject, type JsonObject, pick, shownText, withoutAbsent } from './json.ts';

const MAX_NAME = 256;

/** Who made the call that a record is of, from any of the shapes of `userIdentity` (facts §5.1) or none. */
export function principalOf(detail: JsonObject): Principal {
  const identity = asObject(pick(detail, 'userIdentity'));
  const issuer = asObject(pick(asObject(pick(identity, 'sessionContext')), 'sessionIssuer'));
  const known = withoutAbsent({
    arn: shownText(pick(identity, 'arn', 'ARN')),
    issuerArn: shownText(pick(issuer, 'arn', 'ARN')),
    account: asAccount(pick(identity, 'accountId')),
    invokedBy: shownText(pick(identity, 'invokedBy'), MAX_NAME),
    sourceIp: shownText(pick(detail, 'sourceIPAddress', 'sourceIpAddress'), MAX_NAME),
    userAgent: shownText(pick(detail, 'userAgent'), 1024),
  });
  const type = shownText(pick(identity, 'type'), MAX_NAME) ?? 'Unknown';
  const sessionName = sessionNameOf(type, known.arn, shownText(pick(identity, 'principalId'), MAX_NAME));
  const given = { type, ...known, ...(sessionName === undefined ? {} : { sessionName }) };
  return { ...given, text: wordsFor(given, shownText(pick(identity, 'userName'), MAX_NAME)) };
}

/** `arn:aws:sts::…:assumed-role/ROLE/SESSION`, or the `AROA…:SESSION` of a principal id. */
function sessionNameOf(
  type: string,
  arn: string | undefined,
  principalId: string | undefined,
): string | undefined {
  if (type !== 'AssumedRole') return undefined;
  const name = arn?.split(':assumed-role/')[1]?.split('/')[1] ?? principalId?.split(':')[1];
  return name === '' ? undefined : name;
}

function wordsFor(principal: Omit<Principal, 'text'>, userName: string | undefined): string {
  const { invokedBy, sourceIp } = principal;
  const words = [nameOf(principal, userName)];
  // A service that acts on its own is already named.
  if (invokedBy !== undefined && principal.type !== 'AWSService') words.push(`through ${invokedBy}`);
  const tool = toolOf(principal.userAgent);
  if (tool !== undefined) words.push(`with ${tool}`);
  if (sourceIp !== undefined && sourceIp !== invokedBy) words.push(`from ${sourceIp}`);
  return words.join(' ');
}

function nameOf(principal: Omit<Principal, 'text'>, userName: string | undefined): string {
  const { type, arn, issuerArn, sessionName, account, invokedBy } = principal;
  const last = lastStep(arn);
  switch (type) {
    case 'AssumedRole': {
      const role = lastStep(issuerArn) ?? arn?.split(':assumed-role/')[1]?.split('/')[0];
      const session = sessionName === undefined ? '' : ` (session ${sessionName})`;
      return `role ${role ?? 'unknown'}${session}`;
    }
    case 'Role':
      return `role ${last ?? userName ?? 'unknown'}`;
    case 'IAMUser':
      return `user ${userName ?? last ?? 'unknown'}`;
    case 'Root':
      return account === undefined ? 'the root user' : `the root user of ${account}`;
    case 'AWSService':
      return invokedBy ?? 'an AWS service';
    case 'AWSAccount':
      return account === undefined ? 'another account' : `account ${account}`;
    case 'Unknown':
      return invokedBy ?? last ?? 'somebody unknown';
    default:
      return `${type} ${userName ?? last ?? sessionName ?? account ?? 'unknown'}`;
  }
}

function lastStep(arn: string | undefined): string | undefined {
  return arn?.split('/').at(-1) || undefined;
}

/** Tools that people know, by what their user agents hold; the first that fits counts. */
const TOOLS: readonly (readonly [part: RegExp, tool: string])[] = [
  [/terraform/i, 'Terraform'],
  [/opentofu/i, 'OpenTofu'],
  [/pulumi/i, 'Pulumi'],
  [/eksctl/i, 'eksctl'],
  [/crossplane/i, 'Crossplane'],
  [/aws-controllers-k8s|ack-/i, 'ACK'],
  [/aws-cli/i, 'the AWS CLI'],
  [/cloudformation/i, 'CloudFormation'],
  [/boto3|botocore/i, 'boto3'],
  [/^aws internal|console\.amazonaws|signin\.amazonaws|^mozilla\//i, 'the AWS console'],
];

function toolOf(userAgent: string | undefined): string | undefined {
  if (userAgent === undefined) return undefined;
  return TOOLS.find(([part]) => part.test(userAgent))?.[1];
}
