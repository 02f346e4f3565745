import { readFileSync } from 'node:fs'
import * as bodies from '../bodies/index.js'
import type { Body } from '../body/body.js'
import type { RequestCode } from '../codes/request-code.js'
import type { Command } from '../command/command.js'
import { FieldCodec } from '../command/field-codec.js'
import * as commands from '../commands/index.js'
import type { TraceEntry } from '../trace/trace-entry.js'

/** Bytes and texts that Apache's own classes encoded; written by interop/java-golden. */
export interface GoldenFile {
  frames: {
    command: keyof typeof RequestCode
    header: string
    response: boolean
    serialization: 'JSON' | 'ROCKETMQ'
    opaque: number
    fields: Record<string, string>
    hex: string
  }[]
  records: GoldenRecord[]
  batches: { messages: { flag: number; body: string; properties: string }[]; hex: string }[]
  bodies: { class: string; text: string }[]
  bodyDefaults: { class: string; text: string }[]
  compressedRegistrations: { text: string; hex: string }[]
  /** Entries that one call of Apache's encoder wrote, and the keys it found for them. */
  traces: { entries: TraceEntry[]; keys: string[]; hex: string }[]
  properties: { text: string; values: Record<string, string> }[]
  messageIds: { address: string; port: number; offset: number; id: string }[]
}

export interface GoldenRecord {
  name: string
  topic: string
  body: string
  properties: string
  queueId: number
  flag: number
  sysFlag: number
  bodyCrc: number
  queueOffset: number
  physicalOffset: number
  bornTimestamp: number
  storeTimestamp: number
  reconsumeTimes: number
  preparedTransactionOffset: number
  bornAddress: string
  bornPort: number
  storeAddress: string
  storePort: number
  messageId: string
  hex: string
}

export const golden: GoldenFile = JSON.parse(
  readFileSync(new URL('../../golden/apache-5.5.0.golden.json', import.meta.url), 'utf8'),
)

/** Every command the package exports, by RocketMQ's name of its code. */
export const commandsByName: ReadonlyMap<string, Command> = new Map(
  Object.values(commands)
    .filter(isCommand)
    .map((command) => [command.name, command]),
)

function isCommand(value: unknown): value is Command {
  return (
    typeof value === 'object' && value !== null && 'request' in value && value.request instanceof FieldCodec
  )
}

/** The body of an Apache class. */
export function bodyNamed(name: string): Body<unknown> {
  const exported: Record<string, unknown> = { ...commands, ...bodies }
  return exported[name] as Body<unknown>
}
