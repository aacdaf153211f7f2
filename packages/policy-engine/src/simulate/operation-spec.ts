/** An operation result named on a command line: `RSC_TASK_INTERVALMS@NODE=RC`. */
export interface OperationSpec {
  readonly resource: string;
  readonly task: string;
  readonly intervalMs: number;
  readonly node: string;
  readonly rcCode: number;
}

/** Reads an operation result; undefined if the text is none. The resource may hold underscores itself. */
export function parseOperationSpec(text: string): OperationSpec | undefined {
  const match = /^(.+)@([^@=]+)=(\d{1,3})$/.exec(text);
  const key =
    /^(.+?)_((?:pre|post)_notify_\w+|migrate_to|migrate_from|reload-agent|[a-z-]+)_(\d{1,12})$/.exec(
      match?.[1] ?? '',
    );
  if (!match || !key) return undefined;
  return {
    resource: key[1] as string,
    task: key[2] as string,
    intervalMs: Number(key[3]),
    node: match[2] as string,
    rcCode: Number(match[3]),
  };
}
