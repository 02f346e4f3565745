import { describe, expect, it } from 'vitest'
import { LINE_BYTES_MAX, linesOf } from './lines.js'

async function linesIn(...chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
  async function* input() {
    for (const chunk of chunks) yield Buffer.from(chunk as string)
  }
  const lines: string[] = []
  for await (const line of linesOf(input())) lines.push(line.toString('latin1'))
  return lines
}

describe('linesOf', () => {
  it('parts at LF and CRLF only, wherever the chunks end', async () => {
    const text = 'a\nb\r\n\nc\rd\u0085e\r\r\nlast'
    const expected = ['a', 'b', '', 'c\rd\u0085e\r', 'last']
    const bytes = Buffer.from(text, 'latin1')
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(await linesIn(bytes.subarray(0, cut), bytes.subarray(cut))).toEqual(expected)
    expect(await linesIn(...[...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(expected)
  })

  it('keeps U+2028, U+2029 and bytes that are no UTF-8 within a line', async () => {
    const [line, ...more] = await linesIn('{"a":"\u2028\u2029"}\n')
    expect([Buffer.from(line!, 'latin1').toString(), ...more]).toEqual(['{"a":"\u2028\u2029"}'])
    expect(await linesIn(Uint8Array.of(0xff, 0xfe, 0x0a))).toEqual(['\xff\xfe'])
  })

  it('has no line behind the last line feed, and none in nothing', async () => {
    expect(await linesIn('a\n')).toEqual(['a'])
    expect(await linesIn()).toEqual([])
    expect(await linesIn('')).toEqual([])
  })

  it('refuses a line that would fill the memory', async () => {
    const half = new Uint8Array(LINE_BYTES_MAX / 2 + 1)
    await expect(linesIn(half, half)).rejects.toThrow('is longer than')
  })
})
