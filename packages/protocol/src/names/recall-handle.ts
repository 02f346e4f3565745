/** Names a timer message that may be recalled. */
export interface RecallHandle {
  readonly topic: string
  /** The broker the message waits at. */
  readonly brokerName: string
  /** Milliseconds since the epoch: one millisecond after the start of the slot that the message waits in. */
  readonly timestamp: number
  readonly uniqueKey: string
}

const VERSION = 'v1'

/** `v1 topic broker timestamp key` in Base64 for URLs. Apache: RecallMessageHandle.HandleV1. */
export function encodeRecallHandle({ topic, brokerName, timestamp, uniqueKey }: RecallHandle): string {
  const text = [VERSION, topic, brokerName, timestamp, uniqueKey].join(' ')
  // Java's encoder pads the last group, as `base64` does and `base64url` does not.
  return Buffer.from(text).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

/** Undefined when the text is no recall handle. */
export function decodeRecallHandle(handle: string): RecallHandle | undefined {
  if (!/^[\w-]+={0,2}$/.test(handle)) return undefined
  const [version, topic, brokerName, timestamp, uniqueKey] = Buffer.from(handle, 'base64url')
    .toString()
    .split(' ')
  if (version !== VERSION || !topic || !brokerName || !uniqueKey) return undefined
  if (timestamp === undefined || !/^\d{1,15}$/.test(timestamp)) return undefined
  return { topic, brokerName, timestamp: Number(timestamp), uniqueKey }
}
