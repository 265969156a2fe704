/** An attribute's value: text, a flag, a JSON document, or an expression to be written as it is. */
export type HclValue =
  | string
  | boolean
  | { readonly json: string }
  | { readonly map: Readonly<Record<string, string>> }
  | { readonly expression: string };

/** A Terraform resource with its attributes aligned as `terraform fmt` does. */
export function terraformResource(
  type: string,
  name: string,
  attributes: Readonly<Record<string, HclValue | undefined>>,
): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  const width = Math.max(0, ...given.filter(([, value]) => isOneLine(value)).map(([key]) => key.length));
  const lines = given.map(([key, value]) =>
    isOneLine(value) ? `  ${key.padEnd(width)} = ${hclText(value)}` : `  ${key} = ${hclText(value)}`,
  );
  return `resource "${type}" "${terraformName(name)}" {\n${lines.join('\n')}\n}\n`;
}

/** A name that Terraform takes: letters, digits, underscores and hyphens, not beginning with a digit. */
export function terraformName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_-]+/g, '_');
  return /^[A-Za-z_]/.test(plain) ? plain : `_${plain}`;
}

function isOneLine(value: HclValue): boolean {
  return typeof value !== 'object' || 'expression' in value;
}

function hclText(value: HclValue): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return hclString(value);
  if ('expression' in value) return value.expression;
  if ('map' in value) {
    const keys = Object.keys(value.map).map(hclString);
    const width = Math.max(0, ...keys.map((key) => key.length));
    const lines = Object.values(value.map).map(
      (text, index) => `    ${(keys[index] ?? '').padEnd(width)} = ${hclString(text)}`,
    );
    return `{\n${lines.join('\n')}\n  }`;
  }
  return `jsonencode(${indent(escapeTemplates(pretty(value.json)))})`;
}

/** JSON's strings are HCL's, but for the beginnings of templates (policy variables are spelled like them). */
function hclString(text: string): string {
  return escapeTemplates(JSON.stringify(text));
}

function escapeTemplates(text: string): string {
  return text.replace(/([$%])\{/g, (_, sign: string) => `${sign}${sign}{`);
}

function pretty(json: string): string {
  return JSON.stringify(JSON.parse(json), undefined, 2);
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n  ');
}
