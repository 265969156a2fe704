import { type Command, Option } from 'commander';
import { asWritten, regionName } from '../option-values.ts';

/** Adds the options that say which registry is meant; every command over it has them. */
export function addRegistryOptions(command: Command): Command {
  return command
    .optionsGroup('Which registry:')
    .option(
      '--installation <name>',
      'the installation, as its stage was deployed (default: $ROLECALL_INSTALLATION, else production)',
    )
    .addOption(
      new Option('-r, --region <region>', 'the region of the hub (default: the configured one)').argParser(
        regionName,
      ),
    )
    .addOption(new Option('-p, --profile <name>', 'an AWS profile of the hub account').argParser(asWritten));
}

/** What the help of every command that only reads the registry ends with. */
export const READING_PERMISSIONS = `
Permissions, on the registry's table and its indexes:
  dynamodb:Query, dynamodb:BatchGetItem.`;

/** … and of every command that writes to it. */
export const WRITING_PERMISSIONS = `
Permissions, on the registry's tables and their indexes:
  dynamodb:Query, dynamodb:BatchGetItem, dynamodb:ConditionCheckItem, dynamodb:PutItem,
  dynamodb:UpdateItem, dynamodb:DeleteItem. Who asks is who STS says you are.`;
