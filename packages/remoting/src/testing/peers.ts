import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import {
  defineCommand,
  encodeFrame,
  type Frame,
  FrameDecoder,
  FrameWriter,
  int32,
  optional,
  RequestCode,
  Serialization,
  text,
} from '@rocketeer/protocol'
import type { RemotingLimitsInput } from '../limits.js'
import { RemotingServer } from '../remoting-server.js'
import { type HandlerOf, type Route, route } from '../route.js'
import { Router } from '../router.js'

/** Commands of the tests: borrowed codes with fields of their own. */
export const echo = defineCommand({
  code: RequestCode.SEND_MESSAGE,
  request: { text: text(), delayMs: optional(int32()) },
  response: { text: text() },
})
export const fetchBytes = defineCommand({
  code: RequestCode.PULL_MESSAGE,
  request: { bytes: int32() },
  response: {},
})
export const notify = defineCommand({
  code: RequestCode.NOTIFY_CONSUMER_IDS_CHANGED,
  request: { text: text() },
})

export const echoHandler: HandlerOf<typeof echo> = ({ fields, body }) => {
  const reply = { fields: { text: fields.text }, body }
  if (fields.delayMs === undefined) return reply
  return new Promise((resolve) => setTimeout(() => resolve(reply), fields.delayMs))
}

const shared = Buffer.alloc(4 * 1024 * 1024, 7)

export const fetchBytesHandler: HandlerOf<typeof fetchBytes> = ({ fields }) => ({
  fields: {},
  body: shared.subarray(0, fields.bytes),
})

export function listen(
  routes: readonly Route[] = [route(echo, echoHandler), route(fetchBytes, fetchBytesHandler)],
  limits: RemotingLimitsInput = {},
): Promise<RemotingServer> {
  return RemotingServer.listen({
    host: '127.0.0.1',
    port: 0,
    router: new Router(routes),
    limits,
  })
}

/** A bare socket: writes any bytes, and reads only after `read()`. */
export class RawPeer {
  readonly socket: Socket
  readonly frames: Frame[] = []
  closed = false
  readonly #decoder = new FrameDecoder()

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
    socket.on('close', () => {
      this.closed = true
    })
  }

  static async connect(port: number): Promise<RawPeer> {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true })
    await once(socket, 'connect')
    return new RawPeer(socket)
  }

  read(): this {
    this.socket.on('data', (chunk) => this.#decoder.push(chunk, (frame) => this.frames.push(frame)))
    return this
  }

  write(bytes: Buffer): Promise<void> {
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()))
  }

  destroy(): void {
    this.socket.destroy()
  }
}

/** One encoded request. */
export function echoFrame(
  opaque: number,
  value: string,
  serialization: Serialization = Serialization.JSON,
): Buffer {
  const writer = new FrameWriter()
  encodeFrame(writer, { code: echo.code, opaque, flag: 0, serialization }, echo.request, { text: value })
  return Buffer.concat(writer.take())
}

export function fetchFrame(opaque: number, bytes: number): Buffer {
  const writer = new FrameWriter()
  const head = { code: fetchBytes.code, opaque, flag: 0, serialization: Serialization.ROCKETMQ }
  encodeFrame(writer, head, fetchBytes.request, { bytes })
  return Buffer.concat(writer.take())
}

/** Resolves when `condition` holds; fails after five seconds. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 5_000
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`did not happen: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}
