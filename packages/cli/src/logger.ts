import type { Logger } from '@rocketeer/foundation'
import { type LogFn, pino } from 'pino'
import pretty from 'pino-pretty'
import type { LogOptions } from './logging.js'
import { visibleLines } from './visible.js'

/** Logs to stderr, in readable text or JSON; stdout belongs to the output of commands. */
export function createLogger({ logLevel, logJson }: LogOptions): Logger {
  if (logJson) return pino({ level: logLevel }, pino.destination({ dest: 2, sync: true }))
  return pino(
    { level: logLevel, base: null, hooks: { logMethod: logVisibly }, serializers: { err: visibleError } },
    pretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss.l', singleLine: true }),
  )
}

/** Texts of log messages may hold what clients sent. pino-pretty prints other facts as JSON, which escapes them. */
function logVisibly(this: pino.Logger, args: Parameters<LogFn>, method: LogFn): void {
  const visible = args.map((arg) => (typeof arg === 'string' ? visibleLines(arg) : arg))
  method.apply(this, visible as Parameters<LogFn>)
}

function visibleError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  return { type: error.name, message: visibleLines(error.message), stack: visibleLines(error.stack ?? '') }
}
