import { describe, expect, it } from 'vitest';
import { cliReference } from './reference.ts';
import { checkReportJsonSchema } from './report/check-report-schema.ts';

describe('cliReference', () => {
  const reference = cliReference();

  it('has a section for every command, with usage, options and examples', () => {
    for (const name of ['check', 'explain', 'validate', 'sandbox', 'demo', 'completion']) {
      expect(reference).toContain(`\n## rolecall ${name}\n`);
      expect(reference).toContain(`](#rolecall-${name})`);
    }
    expect(reference).toContain('rolecall explain [options] <namespace/service-account>');
    expect(reference).toContain('| `--verify <how>` | full describes every association;');
    expect(reference).toContain('$ rolecall check -f mappings/ --cluster prod-1 --repair');
  });

  it('says nothing of the machine that it was made on', () => {
    expect(reference).not.toMatch(/\/(home|root|work|tmp|Users)\//);
  });
});

describe('checkReportJsonSchema', () => {
  it('describes every field of the report', () => {
    const schema = checkReportJsonSchema() as {
      readonly $id: string;
      readonly required: readonly string[];
      readonly properties: Readonly<Record<string, { readonly description?: string }>>;
    };
    expect(schema.$id).toBe('https://rolecall.dev/schema/check-report.schema.json');
    expect(schema.required).toContain('clusters');
    for (const [name, property] of Object.entries(schema.properties)) {
      if (name !== 'summary') expect(property.description, name).toBeTruthy();
    }
  });
});
