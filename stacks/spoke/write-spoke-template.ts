import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { SPOKE_TEMPLATE } from './spoke-template.ts';

const FILE = fileURLToPath(new URL('../spoke.yaml', import.meta.url));

const HEADER = `# Written by stacks/spoke/write-spoke-template.ts (npm run spoke): change that, not this.
# Deploy it to every account that Rolecall looks after, home region first (docs/deploy.md).
`;

/** CloudFormation reads YAML 1.1, in which a bare 2012-10-17 is a date. */
const YAML_1_1 = { version: '1.1' } as const;

/** The template as the text of stacks/spoke.yaml. */
export function spokeTemplateText(): string {
  return `${HEADER}${stringify(SPOKE_TEMPLATE, { ...YAML_1_1, lineWidth: 0, aliasDuplicateObjects: false })}`;
}

/** The text that stands in stacks/spoke.yaml. */
export function writtenSpokeTemplate(): string {
  return readFileSync(FILE, 'utf8');
}

if (import.meta.main) writeFileSync(FILE, spokeTemplateText());
