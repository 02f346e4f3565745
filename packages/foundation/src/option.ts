import { z } from 'zod'
import type { Clock } from './clock.js'
import type { Logger } from './logger.js'
import { checkValue } from './value-check.js'

/** `host:port`, an IPv6 address in brackets; the port of a peer is never 0. */
const ADDRESS = /^(?:\[[0-9a-fA-F:.%]+\]|[^\s:;,[\]]+):(\d{1,5})$/
const PORT_MAX = 65_535
/** ECMAScript: the last time that a Date has. */
const TIME_MAX = 8.64e15

function isAddress(text: string): boolean {
  const [, port] = ADDRESS.exec(text) ?? []
  return port !== undefined && Number(port) >= 1 && Number(port) <= PORT_MAX
}

/** The kinds of options all packages have; defaults and narrower bounds stand where the option is. */
export const option = {
  /** A whole number, 1 or more. */
  count: () => z.int().positive(),
  /** A size in bytes, 1 or more. */
  bytes: () => z.int().positive(),
  /** A time in milliseconds, 1 or more; a timer of Node that gets more than 24 days fires at once. */
  milliseconds: () => z.int().positive().max(0x7fffffff),
  /** How long a call may wait, in milliseconds; 0 does not wait. A timer of Node takes no more. */
  wait: () => z.int().min(0).max(0x7fffffff),
  /** A date, or milliseconds since the epoch, as far as dates of JavaScript go. */
  time: () => z.union([z.date(), z.number().min(0).max(TIME_MAX)]),
  /** A number as `values` says, or `Infinity`, which stands for never. */
  orNever: <Values extends z.ZodType<number, number>>(values: Values) =>
    z.custom<number>((value) => value === Number.POSITIVE_INFINITY || values.safeParse(value).success, {
      error: (issue) =>
        `${checkValue(values, issue.input).error?.issues[0]?.message}; Infinity stands for never`,
    }),
  /** 1 to 100. */
  percent: () => z.int().min(1).max(100),
  /** On or off. */
  flag: () => z.boolean(),
  /** 0 to 65,535; 0 stands for any free port. */
  port: () => z.int().min(0).max(PORT_MAX),
  /** A host name, an address, or the path of a file or directory. */
  text: () => z.string().min(1),
  /** `['a:9876', 'b:9876']`, or Java's `'a:9876;b:9876'`; commas part them, too. */
  addresses: () =>
    z
      .union([z.string(), z.array(z.string())], "addresses are needed, for example ['127.0.0.1:9876']")
      .transform((value) =>
        (typeof value === 'string' ? value.split(/[;,]/) : value)
          .map((address) => address.trim())
          .filter((address) => address !== ''),
      )
      .refine((list) => list.every(isAddress), 'every address must be host:port, for example 127.0.0.1:9876'),
  clock: () =>
    z.custom<Clock>((value) => typeof (value as Clock | undefined)?.now === 'function', 'a Clock is needed'),
  logger: () =>
    z.custom<Logger>(
      (value) => typeof (value as Logger | undefined)?.error === 'function',
      'a Logger is needed',
    ),
}
