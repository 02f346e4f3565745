/** One call of mqadmin, what it prints, and how its effect shows. */
export interface MqadminRow {
  /** The words of the command line; `{broker}` and the like stand for values of the `Scene`. */
  call: readonly string[]
  /** What the command prints on our servers, and on Apache's unless `apache` is set. */
  prints?: RegExp
  /** What it prints on Apache's servers where that differs, for the reason `why`. */
  apache?: RegExp
  /** The same lines as on Apache's servers, but for addresses, times, ids and the order of lines. */
  same?: boolean
  /** A second call and what that prints then. */
  shows?: readonly [call: readonly string[], prints: RegExp]
  /** Why the command does not apply here, or differs. */
  why?: string
  /** Takes effect a little later: the call is repeated until it prints what is expected. */
  soon?: boolean
  /** For a command that would run for ever: it is ended when it has printed this. */
  until?: string
  /** The value of `{name}` in later rows: the first group of the expression in the printed text. */
  keep?: readonly [name: string, from: RegExp]
}

/** Splits at spaces: arguments with a space in them are not needed. */
export const words = (line: string): readonly string[] => line.split(' ')

/** A row that prints the same on both. */
export function same(line: string, more: Omit<MqadminRow, 'call' | 'same'> = {}): MqadminRow {
  return { call: words(line), same: true, ...more }
}

/** A row that prints this on both. */
export function prints(
  line: string,
  pattern: RegExp,
  more: Omit<MqadminRow, 'call' | 'prints'> = {},
): MqadminRow {
  return { call: words(line), prints: pattern, ...more }
}

/** A command that has nothing to act on here: mqadmin shows the refusal and its reason. */
export function refused(line: string, why: string, reason: RegExp, apache?: RegExp): MqadminRow {
  const refusal = new RegExp(
    `CODE: 3 {2}DESC: request code not supported: \\w+ \\(\\d+\\): .*${reason.source}`,
  )
  return { call: words(line), prints: refusal, why, apache: apache ?? /./ }
}
