import { alarms } from './alarms.ts';
import { buses } from './buses.ts';
import { dashboard } from './dashboard.ts';
import { inboundRules } from './inbound-rules.ts';
import { queues } from './queues.ts';
import { reconcilers } from './reconcilers.ts';
import { registry } from './registry.ts';
import { settingsFor } from './settings.ts';

/** Everything that the hub account holds. */
export function hub() {
  const settings = settingsFor($app.stage);
  const tables = registry(settings);
  const bus = buses(settings);
  const queue = queues();
  const rules = inboundRules(settings, bus, queue);
  reconcilers(settings, tables, queue, bus);
  const watched = alarms(settings, queue, rules);
  dashboard(settings, watched, rules);
  return {
    inboundBus: bus.inbound.arn,
    bus: bus.own.name,
    registryTable: tables.registry.name,
    alarmTopic: watched.topic.arn,
    installation: settings.installation,
  };
}
