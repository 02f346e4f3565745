import { connect } from 'node:net'
import { messageOf, option, parseOptions, z } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'
import { executeAlone } from '../sql/execute-alone.js'
import { givenDatabase } from '../sql/given-database.js'
import type { SqlDatabase } from '../sql/sql-database.js'
import type { HealthProbe } from './health-options.js'

/** What `httpProbe` asks for and expects. */
export interface HttpProbeOptions {
  /** `'GET'`; `'HEAD'` spares the body. */
  method?: 'GET' | 'HEAD' | undefined
  /** Sent along, for example an authorization. */
  headers?: Record<string, string> | undefined
  /** The statuses that mean healthy, or a function that decides; any 2xx unless given. */
  expect?: number | readonly number[] | ((response: Response) => boolean | Promise<boolean>) | undefined
}

const status = z.int().min(100).max(599)
const urlSchema = z.strictObject({ url: z.url({ protocol: /^https?$/ }) })
const httpSchema = z.strictObject({
  method: z.enum(['GET', 'HEAD']).default('GET'),
  headers: z.record(z.string(), z.string()).optional(),
  expect: z
    .union([
      status,
      z.array(status),
      z.custom<(response: Response) => boolean | Promise<boolean>>((value) => typeof value === 'function'),
    ])
    .optional(),
})

/** Healthy while this URL answers with a status that is expected. Throws `OPTION_INVALID`. */
export function httpProbe(url: string | URL, options: HttpProbeOptions = {}): HealthProbe {
  const { url: href } = parseOptions(urlSchema, { url: String(url) }, 'httpProbe')
  const { method, headers, expect } = parseOptions(httpSchema, options, 'httpProbe')
  return async ({ signal }) => {
    const response = await fetch(href, { method, signal, ...(headers && { headers }) }).catch(
      (error: unknown) => {
        signal.throwIfAborted()
        // Node says only "fetch failed", and keeps the reason below it.
        const reason = messageOf((error as Error).cause ?? error)
        throw toolkitErrors.PROBE_FAILED({ problem: `${href} cannot be reached: ${reason}` }, error)
      },
    )
    try {
      if (await isExpected(response, expect)) return
      throw toolkitErrors.PROBE_FAILED({ problem: `${href} answered with status ${response.status}` })
    } finally {
      // A body that nobody reads would keep its connection.
      if (!response.bodyUsed) await response.body?.cancel()
    }
  }
}

function isExpected(response: Response, expect: HttpProbeOptions['expect']): boolean | Promise<boolean> {
  if (typeof expect === 'function') return expect(response)
  if (expect === undefined) return response.ok
  return typeof expect === 'number' ? response.status === expect : expect.includes(response.status)
}

/** Where `tcpProbe` connects to. */
export interface TcpProbeOptions {
  /** A name or an address, `'127.0.0.1'`. */
  host?: string | undefined
  port: number
}

const tcpSchema = z.strictObject({
  host: option.text().default('127.0.0.1'),
  port: z.int().min(1).max(65_535),
})

/** Healthy while a TCP connection can be made; it is closed at once. Throws `OPTION_INVALID`. */
export function tcpProbe(options: TcpProbeOptions): HealthProbe {
  const config = parseOptions(tcpSchema, options, 'tcpProbe')
  return ({ signal }) =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ ...config, signal })
      socket.once('error', reject)
      socket.once('connect', () => {
        socket.destroy()
        resolve()
      })
    })
}

/** Healthy while the database carries out `SELECT 1`, or another statement, in a transaction. */
export function sqlProbe<Transaction>(
  database: SqlDatabase<Transaction>,
  statement = 'SELECT 1',
): HealthProbe {
  const given = givenDatabase(database, 'sqlProbe')
  return () => executeAlone(given, statement)
}
