/**
 * `npm run bench`: what we promise about cost and speed, measured, in one table. Exits 1 when a median is over its
 * budget. Figures depend on the machine; ratios much less so.
 */
import { benchColdStart } from './cold-start.ts';
import { isWithinBudget, table } from './measure.ts';
import { benchPlanning } from './planning.ts';
import { benchRegistry } from './registry.ts';
import { benchRepair } from './repair.ts';
import { benchStartup } from './startup.ts';
import { benchVerification } from './verification.ts';

const say = (line: string) => process.stderr.write(`${line}\n`);

say('Verifying 5,000 associations with the real SDK against the sandbox …');
const verification = await benchVerification();
say('Reconciling over the registry …');
const registry = await benchRegistry();
say('Repairing through the deployed functions, played …');
const repair = await benchRepair();
say('Starting functions from their deploy zips …');
const coldStart = await benchColdStart();
say('Planning 1,000,000 keys …');
const planning = benchPlanning();
say('Starting rolecall --help …');
const startup = benchStartup();

const all = [...verification, ...registry, ...repair, ...coldStart, ...planning, ...startup];
process.stdout.write(`${table(all)}\n`);
process.exitCode = all.every(isWithinBudget) ? 0 : 1;
