import type { Logger } from '@rocketeer/foundation'
import { Option } from 'commander'
import { type Level, pino } from 'pino'
import pretty from 'pino-pretty'

const LEVELS = ['debug', 'info', 'warn', 'error'] as const

export interface LogOptions {
  logLevel: Level
  logJson?: boolean
}

export function logLevelOption(): Option {
  return new Option('--log-level <level>', 'least severe messages that are logged')
    .choices(LEVELS)
    .default('warn')
}

export function logJsonOption(): Option {
  return new Option('--log-json', 'log as JSON lines, for a log collector')
}

/** Logs to stderr, in readable text or JSON; stdout belongs to the output of commands. */
export function createLogger({ logLevel, logJson }: LogOptions): Logger {
  if (logJson) return pino({ level: logLevel }, pino.destination({ dest: 2, sync: true }))
  return pino(
    { level: logLevel, base: null },
    pretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss.l', singleLine: true }),
  )
}
