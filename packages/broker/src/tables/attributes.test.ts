import { describe, expect, it } from 'vitest'
import { alterAttributes, parseAttributeChanges, topicAttributes } from './attributes.js'

const illegal = expect.objectContaining({ code: 'ATTRIBUTE_ILLEGAL' })

describe('parseAttributeChanges', () => {
  it('reads what mqadmin -a sends', () => {
    expect([...parseAttributeChanges('+message.type=FIFO,-cleanup.policy')]).toEqual([
      ['+message.type', 'FIFO'],
      ['-cleanup.policy', ''],
    ])
    expect(parseAttributeChanges(undefined).size).toBe(0)
    expect(parseAttributeChanges('').size).toBe(0)
  })

  it.each(['message.type=FIFO', '+message.type', '-message.type=FIFO', '+a=1,+a=2', ','])(
    'refuses %s',
    (text) => {
      expect(() => parseAttributeChanges(text)).toThrow(illegal)
    },
  )
})

describe('alterAttributes', () => {
  const alter = (current: Record<string, string> | undefined, changes: string) =>
    Object.fromEntries(
      alterAttributes(
        topicAttributes,
        current && new Map(Object.entries(current)),
        parseAttributeChanges(changes),
      ),
    )

  it('sets, replaces and removes', () => {
    expect(alter(undefined, '+message.type=FIFO')).toEqual({ 'message.type': 'FIFO' })
    expect(alter({ 'message.type': 'FIFO' }, '+message.type=DELAY')).toEqual({ 'message.type': 'DELAY' })
    expect(alter({ 'message.type': 'FIFO' }, '-message.type')).toEqual({})
  })

  it.each([
    [undefined, '+no.such.key=1'],
    [undefined, '+constructor=1'],
    [undefined, '+message.type=NOSUCH'],
    [undefined, '+queue.type=BatchCQ'],
    [undefined, '+cleanup.policy=COMPACTION'],
    [undefined, '+lite.topic.expiration=abc'],
    [undefined, '-message.type'],
    [{}, '-message.type'],
    [{}, '+cleanup.policy=DELETE'],
  ])('refuses for %o: %s', (current, changes) => {
    expect(() => alter(current, changes)).toThrow(illegal)
  })
})
