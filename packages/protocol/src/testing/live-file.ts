import { readFileSync } from 'node:fs'
import { decodeFrame, type Frame } from '../frame/frame.js'

/** One request and its answer between an Apache client, nameserver and broker; see interop/java-golden/capture.mjs. */
export interface LiveExchange {
  command: string
  request: Frame
  response: Frame
}

interface Recorded {
  command: string
  request: string
  response: string
}

const recorded: Recorded[] = JSON.parse(
  readFileSync(new URL('../../golden/live-apache-5.5.0.golden.json', import.meta.url), 'utf8'),
)

export function liveExchanges(command: string): LiveExchange[] {
  return recorded
    .filter((exchange) => exchange.command === command)
    .map(({ request, response }) => ({ command, request: frameOf(request), response: frameOf(response) }))
}

export const liveCommands: readonly string[] = [...new Set(recorded.map((exchange) => exchange.command))]

function frameOf(hex: string): Frame {
  const bytes = Buffer.from(hex, 'hex')
  return decodeFrame(bytes, 4, bytes.length)
}
