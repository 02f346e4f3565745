import { protocolErrors } from '../errors.js'

/** Apache: MessageStoreConfig.messageDelayLevel. */
export const DELAY_LEVELS_DEFAULT = '1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h'

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/**
 * The delay of each level in milliseconds; the first is level 1. Throws `DELAY_LEVELS_MALFORMED`. Apache:
 * ScheduleMessageService.parseDelayLevel.
 */
export function parseDelayLevels(text: string): number[] {
  return text
    .trim()
    .split(/ +/)
    .map((level) => {
      const [, digits, unit] = /^(\d{1,9})([smhd])$/.exec(level) ?? []
      if (digits === undefined || unit === undefined) throw protocolErrors.DELAY_LEVELS_MALFORMED({ level })
      return Number(digits) * UNIT_MS[unit]!
    })
}
