import { Option } from 'commander'
import type { Level } from 'pino'

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
