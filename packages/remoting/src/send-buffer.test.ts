import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { SendBuffer } from './send-buffer.js'

/** A fake socket that records each write, which would be a system call, and accepts nothing while `blocked`. */
class FakeSocket extends Writable {
  readonly writes: Buffer[] = []
  blocked = false
  #unwritten: ((error?: Error) => void) | undefined

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#take(chunk, done)
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#take(Buffer.concat(chunks.map(({ chunk }) => chunk)), done)
  }

  unblock(error?: Error): void {
    const unwritten = this.#unwritten
    this.#unwritten = undefined
    unwritten?.(error)
  }

  destroySoon(): void {
    this.end()
  }

  #take(bytes: Buffer, done: (error?: Error) => void): void {
    this.writes.push(bytes)
    if (this.blocked) this.#unwritten = done
    else done()
  }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

function sendBufferOf(socket: FakeSocket, onProgress: () => void = () => {}): SendBuffer {
  return new SendBuffer(socket as unknown as Socket, onProgress)
}

function put(sendBuffer: SendBuffer, bytes: number, fill = 1): void {
  sendBuffer.writer.append(Buffer.alloc(bytes, fill))
  sendBuffer.schedule()
}

describe('SendBuffer', () => {
  it('writes all frames of one turn at once, those of promise jobs included', async () => {
    const socket = new FakeSocket()
    const sendBuffer = sendBufferOf(socket)
    put(sendBuffer, 10, 1)
    process.nextTick(() => put(sendBuffer, 10, 2))
    Promise.resolve()
      .then(() => put(sendBuffer, 10, 3))
      .then(() => {})
      .then(() => put(sendBuffer, 10_000, 4))
    await turn()
    expect(socket.writes.map((bytes) => bytes.length)).toEqual([10_030])
    expect(sendBuffer.bytes).toBe(0)
  })

  it('keeps frames while the socket is busy, and writes them in order when it is free', async () => {
    const socket = new FakeSocket()
    let progress = 0
    const sendBuffer = sendBufferOf(socket, () => progress++)
    socket.blocked = true
    put(sendBuffer, 100, 1)
    await turn()
    put(sendBuffer, 200, 2)
    await turn()
    put(sendBuffer, 300, 3)
    await turn()
    expect(socket.writes.length).toBe(1)
    expect(sendBuffer.bytes).toBe(600)
    expect(progress).toBe(0)
    socket.blocked = false
    socket.unblock()
    await turn()
    expect(socket.writes.map((bytes) => [bytes.length, bytes[0], bytes.at(-1)])).toEqual([
      [100, 1, 1],
      [500, 2, 3],
    ])
    expect(sendBuffer.bytes).toBe(0)
    expect(progress).toBe(2)
  })

  it('writes a large body in pieces, so that a slow reader shows progress', async () => {
    const socket = new FakeSocket()
    let progress = 0
    const sendBuffer = sendBufferOf(socket, () => progress++)
    const body = Buffer.from(Array.from({ length: 1_500_000 }, (_, index) => index & 0xff))
    put(sendBuffer, 10, 9)
    sendBuffer.writer.append(body)
    put(sendBuffer, 10, 9)
    await turn()
    await turn()
    expect(Math.max(...socket.writes.map((bytes) => bytes.length))).toBe(512 * 1024)
    expect(progress).toBe(3)
    const all = Buffer.concat(socket.writes)
    expect(all.subarray(10, -10).equals(body)).toBe(true)
    expect(all.length).toBe(body.length + 20)
  })

  it('knows since when the kernel has accepted nothing', async () => {
    const socket = new FakeSocket()
    const sendBuffer = sendBufferOf(socket)
    expect(sendBuffer.waitingSince).toBeUndefined()
    socket.blocked = true
    const before = performance.now()
    put(sendBuffer, 100)
    await turn()
    expect(sendBuffer.waitingSince).toBeGreaterThanOrEqual(before)
    socket.unblock()
    await turn()
    expect(sendBuffer.waitingSince).toBeUndefined()
  })

  it('writes all waiting bytes when it finishes, whatever their size', async () => {
    const socket = new FakeSocket()
    const sendBuffer = sendBufferOf(socket)
    put(sendBuffer, 2_000_000, 1)
    await Promise.resolve()
    put(sendBuffer, 5, 2)
    sendBuffer.finish()
    await turn()
    const all = Buffer.concat(socket.writes)
    expect(all.length).toBe(2_000_005)
    expect(all.at(-1)).toBe(2)
    expect(socket.writableEnded).toBe(true)
  })

  it('tells who waits for it when the kernel has accepted all bytes up to theirs', async () => {
    const socket = new FakeSocket()
    const sendBuffer = sendBufferOf(socket)
    const sent: string[] = []
    socket.blocked = true
    put(sendBuffer, 100, 1)
    sendBuffer.onSent(() => sent.push('first'))
    await turn()
    put(sendBuffer, 600_000, 2)
    sendBuffer.onSent(() => sent.push('second'))
    put(sendBuffer, 5, 3)
    sendBuffer.onSent(() => sent.push('third'))
    await turn()
    expect(sent).toEqual([])
    socket.unblock()
    await turn()
    expect(sent).toEqual(['first'])
    // 512 KiB of the second have gone, too.
    expect(socket.writes).toHaveLength(2)
    socket.blocked = false
    socket.unblock()
    await turn()
    expect(sent).toEqual(['first', 'second', 'third'])
  })

  it('tells nobody of bytes that the socket failed on', async () => {
    const socket = new FakeSocket()
    const sendBuffer = sendBufferOf(socket)
    socket.on('error', () => {})
    socket.blocked = true
    let sent = 0
    put(sendBuffer, 100)
    sendBuffer.onSent(() => sent++)
    await turn()
    socket.unblock(new Error('reset by peer'))
    await turn()
    expect(sent).toBe(0)
  })

  it('writes into the same memory again once all of it has been accepted, and not before', async () => {
    const socket = new FakeSocket()
    const sendBuffer = sendBufferOf(socket)
    socket.blocked = true
    put(sendBuffer, 100, 1)
    await turn()
    const taken = socket.writes[0]!
    put(sendBuffer, 100, 2)
    await turn()
    expect([...new Set(taken)]).toEqual([1])
    socket.unblock()
    put(sendBuffer, 100, 3)
    await turn()
    expect([...new Set(taken)]).toEqual([1])
    socket.blocked = false
    socket.unblock()
    await turn()
    put(sendBuffer, 100, 4)
    await turn()
    expect([...new Set(taken)]).toEqual([4])
    expect(socket.writes.at(-1)!.buffer === taken.buffer).toBe(true)
  })

  it('keeps its chunk while in use and frees it when idle', async () => {
    const sendBuffer = sendBufferOf(new FakeSocket())
    const first = sendBuffer.writer
    put(sendBuffer, 10)
    await turn()
    sendBuffer.shrink()
    expect(sendBuffer.writer).toBe(first)
    sendBuffer.shrink()
    expect(sendBuffer.writer).not.toBe(first)
  })
})
