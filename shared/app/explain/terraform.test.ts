import { describe, expect, it } from 'vitest';
import { terraformName, terraformResource } from './terraform.ts';

describe('terraformResource', () => {
  it('is written as terraform fmt writes it, without what is not given', () => {
    const text = terraformResource('aws_x', 'my name', {
      name: 'a',
      long_name: 'b "quoted"',
      flag: true,
      absent: undefined,
      other: { expression: 'aws_y.z.arn' },
      tags: { map: { team: 'a', 'rolecall.dev/mapping': 'b' } },
    });
    expect(text).toBe(`resource "aws_x" "my_name" {
  name      = "a"
  long_name = "b \\"quoted\\""
  flag      = true
  other     = aws_y.z.arn
  tags = {
    "team"                 = "a"
    "rolecall.dev/mapping" = "b"
  }
}
`);
  });

  it('keeps policy variables from being read as templates', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a policy variable of IAM
    const json = '{"Resource":"b/${aws:PrincipalTag/team}/%{x}"}';
    const line = terraformResource('aws_x', 'y', { policy: { json } }).split('\n')[2];
    expect(line).toBe('    "Resource": "b/$${aws:PrincipalTag/team}/%%{x}"');
  });
});

describe('terraformName', () => {
  it.each([
    { text: 'payments-api', name: 'payments-api' },
    { text: 'a.b/c', name: 'a_b_c' },
    { text: '1st', name: '_1st' },
  ])('makes $name of $text', ({ text, name }) => {
    expect(terraformName(text)).toBe(name);
  });
});
