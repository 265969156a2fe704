import type { AgentState, ClusterReport } from '#shared/app/fleet/check-fleet.ts';
import type { RoleFinding } from '#shared/app/fleet/inspect-roles.ts';
import type { ReportedDecision, ReportedFinding } from './check-report.ts';

/** Everything about a checked cluster that no step of ours puts right. */
export function findingsOf(
  report: ClusterReport & { readonly kind: 'checked' },
  decisions: readonly ReportedDecision[],
): ReportedFinding[] {
  // Whether pods get credentials matters once there is something to get them for.
  const inUse = decisions.some(({ wished, decision }) => wished || decision !== 'converged');
  return [
    ...(inUse ? agentFindings(report.agent) : []),
    ...report.roleFindings.map(roleFinding),
    ...decisions.flatMap(othersFinding),
  ];
}

function agentFindings(agent: AgentState): ReportedFinding[] {
  switch (agent.kind) {
    case 'ready':
    case 'builtIn':
      return [];
    case 'noAddon':
      return [
        {
          finding: 'agentMissing',
          severity: 'problem',
          message:
            'there is no add-on eks-pod-identity-agent: pods get no credentials, unless the agent runs by other means (Helm, machine image)',
        },
      ];
    case 'degraded': {
      const detail = agent.detail === '' ? '' : `: ${agent.detail}`;
      const message = `the add-on eks-pod-identity-agent is ${agent.status}${detail}`;
      return [{ finding: 'agentDegraded', severity: 'problem', message }];
    }
    case 'unknown': {
      const message = `whether the agent is installed could not be read: ${agent.failure.message}`;
      return [{ finding: 'agentUnknown', severity: 'unknown', message }];
    }
  }
}

function roleFinding(found: RoleFinding): ReportedFinding {
  const isUnknown = found.finding === 'roleUnread' || found.finding === 'trustUnknown';
  return { ...found, severity: isUnknown ? 'unknown' : 'problem' };
}

/** Somebody else's, at a key that nobody wishes for. At a wished key it is a conflict, and shown with the plan. */
function othersFinding(decision: ReportedDecision): ReportedFinding[] {
  const { finding, wished, namespace, serviceAccount, associationId, roleArn, owner, reason } = decision;
  if (finding === undefined || wished) return [];
  return [
    {
      finding,
      severity: 'notice',
      message: reason,
      namespace,
      serviceAccount,
      ...(associationId === undefined ? {} : { associationId }),
      ...(roleArn === undefined ? {} : { roleArn }),
      ...(owner === undefined ? {} : { owner }),
    },
  ];
}
