import type { Logger } from '@rocketeer/foundation'
import { type LogFn, pino } from 'pino'
import pretty from 'pino-pretty'
import type { LogOptions } from './logging.js'
import { visible, visibleLines } from './visible.js'

/** Logs to stderr, in readable text or JSON; stdout belongs to the output of commands. */
export function createLogger({ logLevel, logJson }: LogOptions): Logger {
  if (logJson) return pino({ level: logLevel }, pino.destination({ dest: 2, sync: true }))
  return pino(
    {
      level: logLevel,
      base: null,
      hooks: { logMethod: logVisibly },
      formatters: { log: visibleFacts },
      serializers: { err: visibleError },
    },
    pretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss.l', singleLine: true }),
  )
}

/** Texts of log messages may hold what clients sent, and so may facts and errors. */
function logVisibly(this: pino.Logger, args: Parameters<LogFn>, method: LogFn): void {
  const texts = args.map((arg) => (typeof arg === 'string' ? visibleLines(arg) : arg))
  method.apply(this, texts as Parameters<LogFn>)
}

function visibleFacts(facts: Record<string, unknown>): Record<string, unknown> {
  const visibleFact = (fact: unknown) => (typeof fact === 'string' ? visible(fact) : fact)
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, visibleFact(fact)]))
}

function visibleError(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  return { type: error.name, message: visibleLines(error.message), stack: visibleLines(error.stack ?? '') }
}
