import { InvalidArgumentError } from 'commander'

const durationUnitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** Milliseconds of a duration such as `90s`, `30m`, `1h30m` or `3d`. */
export function parseDuration(value: string): number {
  const duration = durationOf(value)
  if (duration !== undefined) return duration
  throw new InvalidArgumentError('A duration such as 90s, 30m, 2h or 3d is needed.')
}

/**
 * Milliseconds since the epoch of a time in the past or future: an ISO date or time, local unless it names an offset;
 * `now`; a duration, which means that long ago; or milliseconds since the epoch, 13 digits.
 */
export function parseTime(value: string): number {
  return timeOf(value, '')
}

/** Where to begin reading: `first`, `last`, or a time. */
export function parseStart(value: string): 'first' | 'last' | Date {
  return value === 'first' || value === 'last' ? value : new Date(timeOf(value, ', first, last'))
}

/** Where to move a group: `first`, `last`, or a time that is over. */
export function parseResetTime(value: string): number | 'first' | 'last' {
  if (value === 'first' || value === 'last') return value
  const time = timeOf(value, ', first, last')
  if (time <= Date.now()) return time
  throw new InvalidArgumentError(
    "This time is in the future; 'last' skips all present messages and consumes later ones.",
  )
}

/** `words` are what the flag takes besides a time, for the text of the error. */
function timeOf(value: string, words: string): number {
  const text = value.trim()
  if (text === 'now') return Date.now()
  if (/^\d{13}$/.test(text)) return Number(text)
  const duration = durationOf(text)
  if (duration !== undefined) return Date.now() - duration
  const time = isoTimeOf(text)
  if (time !== undefined) return time
  throw new InvalidArgumentError(
    `A time such as 2026-11-21T10:00, 2026-11-21, 2h (ago), now${words}, or milliseconds since the epoch (13 digits) is needed.${guess(text)}`,
  )
}

function durationOf(text: string): number | undefined {
  if (!/^(\d+(ms|[smhd]))+$/.test(text)) return undefined
  const parts = text.matchAll(/(\d+)(ms|[smhd])/g)
  return [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * durationUnitsMs[unit!]!, 0)
}

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i

/** Unlike `Date.parse`, takes a date without a time as local, as it is shown, and refuses the 30th of February. */
function isoTimeOf(text: string): number | undefined {
  const [, date, time = '00:00', offset = ''] = ISO_TIME.exec(text) ?? []
  if (date === undefined) return undefined
  const day = new Date(`${date}T00:00Z`)
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== date) return undefined
  const parsed = Date.parse(`${date}T${time}${offset.toUpperCase()}`)
  return Number.isNaN(parsed) ? undefined : parsed
}

/** What was probably meant, with its leading space, or the empty string. */
function guess(text: string): string {
  const meant = meantBy(text)
  return meant === undefined ? '' : ` Did you mean ${meant}?`
}

function meantBy(text: string): string | undefined {
  const [, year, month, day, rest = ''] =
    /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ]?(\d{2}:?\d{2}))?$/.exec(text) ?? []
  const [, hours, minutes] = /^(\d{2}):?(\d{2})$/.exec(rest) ?? []
  const date = hours === undefined ? `${year}-${month}-${day}` : `${year}-${month}-${day}T${hours}:${minutes}`
  if (year !== undefined && isoTimeOf(date) !== undefined) return date
  if (/^\d{10}$/.test(text)) return `${text}000 (those are seconds)`
  if (/^\d{1,2}:\d{2}$/.test(text)) return `${today()}T${text.padStart(5, '0')}`
  if (text === 'today') return today()
  if (text === 'yesterday') return '24h'
  const [, count, unit] = /^-?(\d+)\s*([smhd])\w*( ago)?$/.exec(text) ?? []
  return unit === undefined ? undefined : `${count}${unit}`
}

function today(): string {
  const now = new Date()
  return new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}
