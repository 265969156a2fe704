/** JSON text of an IAM policy. Two texts that mean the same document are equal to us: see `isSamePolicy`. */
export type PolicyDocumentText = string;
