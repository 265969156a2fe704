/** Who signed a request, as far as its access key tells. */
export type Caller =
  | {
      readonly kind: 'user';
      readonly accessKeyId: string;
      readonly account: string;
      readonly userName: string;
      readonly arn: string;
    }
  | {
      readonly kind: 'assumedRole';
      readonly accessKeyId: string;
      readonly account: string;
      readonly roleArn: string;
      readonly roleName: string;
      readonly roleId: string;
      readonly sessionName: string;
      /** `arn:aws:sts::111122223333:assumed-role/name/session` */
      readonly arn: string;
      readonly sourceIdentity?: string;
      readonly sessionTags: Readonly<Record<string, string>>;
      /** Epoch milliseconds. */
      readonly issuedAt: number;
      /** Epoch milliseconds. */
      readonly expiresAt: number;
    };
